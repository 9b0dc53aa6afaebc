package io.broker4j.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A mailbox is claimed, given back, and looked at again: a message that arrives meanwhile is delivered without a further
 * one (D9), and once.
 */
@JCStressTest
@State
@Outcome(id = "3", expect = ACCEPTABLE, desc = "all delivered once")
public class MailboxStress {
    private static final Events EVENTS = new Events(new Machine());

    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicReference<MailboxGroup> scheduled = new AtomicReference<>();
    private final Channel channel = new Channel(TopicFilter.of("t"), EVENTS);

    public MailboxStress() {
        channel.add(
                Topic.bytes("t").codec(),
                SubscribeOptions.DEFAULTS,
                message -> delivered.incrementAndGet(),
                scheduled::set);
        receive();
    }

    private void receive() {
        channel.live().received("t", Frame.bare(new byte[1]));
    }

    @Actor
    public void publisher() {
        receive();
        receive();
    }

    @Actor
    public void worker() {
        sweepIfScheduled();
    }

    @Actor
    public void otherWorker() {
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
        result.r1 = delivered.get();
    }
}
