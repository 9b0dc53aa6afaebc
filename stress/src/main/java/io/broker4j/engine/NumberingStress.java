package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** The numbers of a topic only grow, also if the topic is forgotten while it is published to. */
@JCStressTest
@State
@Outcome(id = "true", expect = ACCEPTABLE, desc = "three different numbers, the last one the highest")
public class NumberingStress {
    private final Numbering numbering = new Numbering(1);
    private final Numbering.Numbers early = numbering.of("a");
    private long one;
    private long two;

    /** As a publish does that has looked the numbers up before. */
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
    }

    @Actor
    public void otherPublisher() {
        two = next(early);
    }

    @Actor
    public void publisherToAnotherTopic() {
        numbering.of("b");
    }

    @Arbiter
    public void later(Z_Result result) {
        long three = next(numbering.of("a"));
        result.r1 = one != two && three > one && three > two;
    }
}
