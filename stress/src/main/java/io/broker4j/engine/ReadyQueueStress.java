package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Work that one worker hands over is taken by one other, and is not lost. */
@JCStressTest
@State
@Outcome(
        id = {"2, 0, 0", "0, 2, 0", "1, 1, 0", "1, 0, 1", "0, 1, 1", "0, 0, 2"},
        expect = ACCEPTABLE,
        desc = "each piece once")
public class ReadyQueueStress {
    private final ReadyQueue ready = new ReadyQueue();

    private static final class Idle extends Work {
        @Override
        void sweep(Turn turn) {}

        @Override
        void wake() {}

        @Override
        int unattended() {
            return 0;
        }
    }

    private static Work quick() {
        Work work = new Idle();
        for (int i = 0; i < 20; i++) {
            work.swept(true);
        }
        return work;
    }

    @Actor
    public void add() {
        ready.add(new Idle());
        ready.add(quick());
    }

    @Actor
    public void worker(III_Result result) {
        result.r1 = polled() + polled();
    }

    @Actor
    public void otherWorker(III_Result result) {
        result.r2 = polled() + polled();
    }

    private int polled() {
        return ready.poll() == null ? 0 : 1;
    }

    @Arbiter
    public void rest(III_Result result) {
        while (ready.poll() != null) {
            result.r3++;
        }
    }
}
