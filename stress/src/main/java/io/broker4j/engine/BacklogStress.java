package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.broker4j.SubscribeOptions;
import io.broker4j.spi.Frame;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader sees what was appended in order, and whole. */
@JCStressTest
@State
@Outcome(
        id = {"0, 0", "0, 1", "1, 0", "1, 2"},
        expect = ACCEPTABLE,
        desc = "the messages so far, in order")
public class BacklogStress {
    private final Backlog backlog = new Backlog();
    private final Cursor cursor = new Cursor(backlog, "t", SubscribeOptions.DEFAULTS);

    public BacklogStress() {
        backlog.bound(16, 1 << 20);
    }

    @Actor
    public void write() {
        append(1);
        append(2);
    }

    private void append(int number) {
        backlog.append(new Delivery(Frame.bare(new byte[number]), "t", number), 0);
    }

    @Actor
    public void read(II_Result result) {
        result.r1 = number(cursor.next());
        result.r2 = number(cursor.next());
    }

    /** What was appended as that number; 0 for nothing. */
    private static int number(Object next) {
        return next == null
                ? 0
                : next instanceof Delivery delivery ? delivery.frame().payloadBytes().length : -1;
    }
}
