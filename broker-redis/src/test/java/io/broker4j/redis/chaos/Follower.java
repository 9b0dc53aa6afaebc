package io.broker4j.redis.chaos;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import java.util.ArrayList;
import java.util.List;

/** One subscription to a durable topic, on a broker of its own, and what its subscriber was called for. */
final class Follower implements Subscriber<String>, AutoCloseable {
    private final Broker broker;

    @GuardedBy("this")
    private final List<Long> numbers = new ArrayList<>();

    @GuardedBy("this")
    private final List<GapTold> gaps = new ArrayList<>();

    /**
     * A gap.
     *
     * @param after how many messages had been received before
     */
    record GapTold(Gap.Reason reason, int after) {}

    /**
     * All that it was told, up to a moment.
     *
     * @param numbers of the messages received, in this order
     */
    record Calls(List<Long> numbers, List<GapTold> gaps) {}

    /** From now on. */
    Follower(Broker broker, Topic<String> topic) {
        this.broker = broker;
        broker.subscribe(topic, this).join();
    }

    @Override
    public synchronized void onMessage(Message<String> message) {
        numbers.add(MessageId.parse(message.payload()).number());
    }

    @Override
    public synchronized void onGap(Gap gap) {
        gaps.add(new GapTold(gap.reason(), numbers.size()));
    }

    synchronized Calls calls() {
        return new Calls(List.copyOf(numbers), List.copyOf(gaps));
    }

    /** Whether the last message it received is that one, or a later one. */
    synchronized boolean hasReached(long number) {
        return !numbers.isEmpty() && numbers.get(numbers.size() - 1) >= number;
    }

    @Override
    public void close() {
        broker.close();
    }
}
