package io.broker4j.spi;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sees to it that work which waits gets leaders when those there are do not get on. It is called by the watch, one look after
 * another.
 */
final class Relief {
    /** As many as there can be threads; the product of it and one more is an int. */
    private static final int MANY = 10_000;

    private final Dispatcher dispatcher;
    private final ReadyQueue ready;
    private final int maxLeaders;

    private boolean keptWaiting;

    /** How many leaders were held up lately; a quarter of it is forgotten with each look. */
    private int pressure;

    Relief(Dispatcher dispatcher, ReadyQueue ready, int maxLeaders) {
        this.dispatcher = dispatcher;
        this.ready = ready;
        this.maxLeaders = maxLeaders;
    }

    /** Whether there is work. */
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
        ready.nextLane();
        return isBusy || isWaiting;
    }

    /** Adds a group in which workers are blocked for further workers: its other mailboxes are theirs. */
    private void help(Work work, int blocked) {
        int helpers = Math.min(grown(blocked), work.unattended());
        if (helpers > 0) {
            for (int i = ready.count(other -> other == work, helpers); i < helpers; i++) {
                ready.add(work);
            }
        }
    }

    /** 1, 2, 6, 42, 1,806: a few looks are enough for hundreds, also where looks are late because the machine is busy. */
    private static int grown(int held) {
        int bounded = Math.min(held, MANY);
        return bounded * (bounded + 1);
    }

    /** How many leaders to start. What a leader that is not blocked is in needs no other one. */
    private int wanted(int held, int remaining, Set<Work> attended) {
        if (held > 0) {
            int more = grown(pressure) - remaining;
            return more <= 0 ? 0 : ready.count(work -> !attended.contains(work), more);
        }
        return keptWaiting && remaining < maxLeaders ? 1 : 0;
    }
}
