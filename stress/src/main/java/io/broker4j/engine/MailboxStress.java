package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A publisher and a worker use a mailbox at the same time, and the publisher runs the mailbox too. A message that arrives
 * during a sweep is delivered even if no further message follows (D9), and each message is delivered once. Two actors
 * suffice, so the test runs on two cores.
 */
@JCStressTest
@State
@Outcome(id = "2", expect = ACCEPTABLE, desc = "both messages once")
public class MailboxStress {
    private static final Events EVENTS = new Events(new Machine());

    private final AtomicReference<MailboxGroup> scheduled = new AtomicReference<>();
    private final Channel channel = new Channel(TopicFilter.of("t"), EVENTS);

    /** Plain, because the mailbox orders the calls of its handler. */
    private int delivered;

    public MailboxStress() {
        channel.add(Topic.bytes("t").codec(), SubscribeOptions.DEFAULTS, message -> delivered++, scheduled::set);
        receive();
    }

    private void receive() {
        channel.live().received("t", Frame.bare(new byte[1]));
    }

    @Actor
    public void publisher() {
        receive();
        sweepIfScheduled();
    }

    @Actor
    public void worker() {
        sweepIfScheduled();
    }

    private boolean sweepIfScheduled() {
        MailboxGroup group = scheduled.getAndSet(null);
        if (group == null) {
            return false;
        }
        group.sweep(Turn.ENDLESS);
        return true;
    }

    @Arbiter
    public void rest(I_Result result) {
        while (sweepIfScheduled()) {
            continue;
        }
        result.r1 = delivered;
    }
}
