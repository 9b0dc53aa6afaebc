package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * The numbers of a topic only grow, even if the topic is forgotten while two publishers use it. There is room for one
 * topic, so each topic that becomes known pushes out the other.
 */
@JCStressTest
@State
@Outcome(id = "true", expect = ACCEPTABLE, desc = "four different numbers, in the order of each publisher")
public class NumberingStress {
    private final Numbering numbering = new Numbering(1);
    private final Numbering.Numbers early = numbering.of("a");
    private long one;
    private long two;
    private long three;

    /** Takes a number as a publish does that has looked up the numbers earlier. */
    private long next(Numbering.Numbers known) {
        for (Numbering.Numbers numbers = known; ; numbers = numbering.of("a")) {
            synchronized (numbers) {
                if (!numbers.isForgotten()) {
                    long next = numbers.next();
                    numbers.used();
                    return next;
                }
            }
        }
    }

    @Actor
    public void publisher() {
        one = next(early);
        two = next(numbering.of("a"));
    }

    @Actor
    public void publisherToBothTopics() {
        numbering.of("b");
        three = next(numbering.of("a"));
    }

    @Arbiter
    public void later(Z_Result result) {
        long four = next(numbering.of("a"));
        boolean areDistinct = three != one && three != two;
        result.r1 = areDistinct && one < two && two < four && three < four;
    }
}
