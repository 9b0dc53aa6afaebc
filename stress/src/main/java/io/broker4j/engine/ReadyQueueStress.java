package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two workers add and take work at the same time. The queue holds quick and other work from the start, and one worker
 * adds two more pieces of other work. Each piece has a digit of the result, which counts how often the piece is taken.
 */
@JCStressTest
@State
@Outcome(id = "11111", expect = ACCEPTABLE, desc = "each piece once")
public class ReadyQueueStress {
    private final ReadyQueue ready = new ReadyQueue();
    private int taken;
    private int takenByOther;

    private static final class Piece extends Work {
        final int digit;

        Piece(int digit) {
            this.digit = digit;
        }

        Piece quick() {
            while (!isQuick()) {
                swept(true);
            }
            return this;
        }

        @Override
        void sweep(Turn turn) {}

        @Override
        void wake() {}

        @Override
        int unattended() {
            return 0;
        }
    }

    public ReadyQueueStress() {
        ready.add(new Piece(1));
        ready.add(new Piece(10).quick());
    }

    @Actor
    public void worker() {
        ready.add(new Piece(100));
        ready.add(new Piece(1_000));
        taken = poll() + poll();
    }

    @Actor
    public void otherWorker() {
        ready.add(new Piece(10_000).quick());
        takenByOther = poll() + poll();
    }

    private int poll() {
        return ready.poll() instanceof Piece piece ? piece.digit : 0;
    }

    @Arbiter
    public void rest(I_Result result) {
        result.r1 = taken + takenByOther;
        for (int digit = poll(); digit != 0; digit = poll()) {
            result.r1 += digit;
        }
    }
}
