package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.Entry.Faulted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What goes wrong in a run, and when: always the same for one seed and length. */
record Script(List<Step> steps) {
    /** Those it takes most to heal from: one of them comes last. */
    private static final List<Fault> LAST =
            List.of(Fault.BLACK_HOLE, Fault.BLACK_HOLE, Fault.RESET_WHILE_CONNECTING, Fault.NO_CHANNELS, Fault.STOPPED);

    /** Those after which much may come late that was queued meanwhile, if they are long enough. */
    private static final Set<Fault> OUTAGES = EnumSet.of(Fault.KILLED, Fault.CUT);

    /**
     * One fault.
     *
     * @param pause before it, since the end of the last one
     * @param length zero for a fault that does not last
     * @param detail chooses a place or an amount, from 0 to 9,999
     */
    record Step(Duration pause, Fault fault, Duration length, int detail) {
        /** Inflicts it after its pause, and ends it after its length. */
        Faulted play(Stage stage) {
            Waiting.pass(pause);
            long begun = System.nanoTime();
            fault.begin(stage, this);
            Waiting.pass(length);
            fault.end(stage);
            return new Faulted(begun, System.nanoTime(), toString(), fault.holds());
        }

        private Duration duration() {
            return pause.plus(length);
        }

        @Override
        public String toString() {
            return fault + (fault.lasts() ? " for " + length.toMillis() + " ms" : "") + " (" + detail + ")";
        }
    }

    static Script of(long seed, Duration length) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        List<Fault> deck = new ArrayList<>();
        Step last = step(LAST.get(random.nextInt(LAST.size())), random);
        Duration left = length.minus(last.duration());
        while (true) {
            if (deck.isEmpty()) {
                deck.addAll(List.of(Fault.values()));
                Collections.shuffle(deck, random);
            }
            Step step = step(deck.remove(0), random);
            left = left.minus(step.duration());
            if (left.isNegative()) {
                steps.add(last);
                return new Script(List.copyOf(steps));
            }
            steps.add(step);
        }
    }

    private static Step step(Fault fault, Random random) {
        Duration pause = Duration.ofMillis(random.nextInt(2_000));
        Duration length = Duration.ofMillis(longest(fault, random.nextInt(20)) * (1 + random.nextInt(100)) / 100);
        return new Step(pause, fault, fault.lasts() ? length : Duration.ZERO, random.nextInt(10_000));
    }

    private static long longest(Fault fault, int die) {
        if (OUTAGES.contains(fault)) {
            return die < 8 ? 1_500 : 7_000;
        }
        return die < 14 ? 1_500 : die < 19 ? 4_000 : 7_000;
    }
}
