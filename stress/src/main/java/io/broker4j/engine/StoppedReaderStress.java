package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.broker4j.SubscribeOptions;
import io.broker4j.spi.Frame;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The writer lets a cursor keep what waits, and then fills the backlog with messages for others, while the cursor reads.
 * The cursor reads what waited, all of it and nothing else, and is told of no loss (S5, D5).
 */
@JCStressTest
@State
@Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "what waited")
public class StoppedReaderStress {
    private static final int BOUND = 4;

    private final Backlog backlog = new Backlog();
    private final Cursor cursor;

    /** Used by one actor, and then by the arbiter. */
    private int messages;

    private int gaps;

    public StoppedReaderStress() {
        backlog.bound(BOUND, Long.MAX_VALUE);
        cursor = new Cursor(backlog, "t", SubscribeOptions.DEFAULTS.withMaxMessages(BOUND));
        append(BOUND);
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            backlog.append(new Delivery(Frame.bare(new byte[0]), "t", i), SequenceTracker.IN_ORDER);
        }
    }

    @Actor
    public void writer() {
        cursor.keep();
        append(2 * BOUND);
    }

    @Actor
    public void reader() {
        for (int i = 0; i < BOUND; i++) {
            read();
        }
    }

    private boolean read() {
        Object next = cursor.next();
        messages += next instanceof Delivery ? 1 : 0;
        gaps += next == null || next instanceof Delivery ? 0 : 1;
        return next != null;
    }

    @Arbiter
    public void rest(II_Result result) {
        while (read()) {
            continue;
        }
        result.r1 = messages;
        result.r2 = gaps;
    }
}
