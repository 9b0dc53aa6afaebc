package io.broker4j.engine;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Starts leaders for waiting work when the present leaders make no progress. The watch calls this class, one look after
 * another.
 */
final class Relief {
    /** A bound on the number of threads; its product with the next number fits an int. */
    private static final int MANY = 10_000;

    private final Dispatcher dispatcher;
    private final ReadyQueue ready;
    private final int maxLeaders;

    private boolean keptWaiting;

    /** How many leaders were held up lately; each look forgets a quarter. */
    private int pressure;

    Relief(Dispatcher dispatcher, ReadyQueue ready, int maxLeaders) {
        this.dispatcher = dispatcher;
        this.ready = ready;
        this.maxLeaders = maxLeaders;
    }

    /** Starts leaders if they are needed; returns whether there is work. */
    boolean look() {
        List<Worker> leaders = dispatcher.leaders();
        Map<Work, Integer> blockedIn = new IdentityHashMap<>();
        Set<Work> attended = new HashSet<>();
        int held = 0;
        int remaining = 0;
        boolean isBusy = false;
        for (Worker leader : leaders) {
            Worker.Progress progress = leader.progress();
            Work work = leader.work();
            isBusy |= work != null;
            if (progress == Worker.Progress.STUCK) {
                dispatcher.relieve(leader);
            } else {
                remaining++;
            }
            if (progress != Worker.Progress.MOVING) {
                held++;
            }
            if (work != null && (progress == Worker.Progress.STUCK || progress == Worker.Progress.BLOCKED)) {
                blockedIn.merge(work, 1, Integer::sum);
            } else if (work != null) {
                attended.add(work);
            }
        }
        blockedIn.forEach(this::help);
        boolean isWaiting = !ready.isEmpty();
        pressure = pressure * 3 / 4 + held;
        int wanted = isWaiting ? wanted(held, remaining, attended) : 0;
        if (wanted > 0 || !dispatcher.isLed() && (isWaiting || isBusy)) {
            dispatcher.recruit(wanted);
        }
        keptWaiting = isWaiting;
        return isBusy || isWaiting;
    }

    /**
     * Called for a group with mailboxes in which workers are blocked: adds the group again, so that
     * further workers run its other mailboxes.
     */
    private void help(Work work, int blocked) {
        int helpers = Math.min(grown(blocked), work.unattended());
        if (helpers > 0) {
            for (int i = ready.count(other -> other == work, helpers); i < helpers; i++) {
                ready.add(work);
            }
        }
    }

    /**
     * Grows as 1, 2, 6, 42, 1,806: a few looks start hundreds of leaders, even if looks are late on
     * a busy machine.
     */
    private static int grown(int held) {
        int bounded = Math.min(held, MANY);
        return bounded * (bounded + 1);
    }

    /** How many leaders to start. Work that an unblocked leader is running needs no other leader. */
    private int wanted(int held, int remaining, Set<Work> attended) {
        if (held > 0) {
            int more = grown(pressure) - remaining;
            return more <= 0 ? 0 : ready.count(work -> !attended.contains(work), more);
        }
        return keptWaiting && remaining < maxLeaders ? 1 : 0;
    }
}
