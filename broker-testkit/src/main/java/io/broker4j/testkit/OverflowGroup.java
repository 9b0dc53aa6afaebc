package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Dropped;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscription;
import io.broker4j.Topic;

/**
 * What the groups on full mailboxes (D5) stand on. A handler is blocked in its first message, which is no longer
 * waiting; what follows fills the mailbox. If a test of one of them fails: do bound, count, place of the gap and end of
 * an episode come from one decision under one lock?
 */
abstract class OverflowGroup extends ContractGroup {
    static final SubscribeOptions OLDEST = SubscribeOptions.DEFAULTS.withOverflow(Overflow.DROP_OLDEST);
    static final SubscribeOptions NEWEST = SubscribeOptions.DEFAULTS.withOverflow(Overflow.DROP_NEWEST);

    /** A subscription whose handler is busy with message 0. */
    final class Busy {
        final Broker broker = connect();
        private final EventLog events = new EventLog(broker);
        final Topic<String> topic = topic();
        final Inbox<String> inbox = gated();
        private final Subscription subscription;

        Busy(SubscribeOptions options) {
            subscription = subscribe(broker, topic, options, inbox);
            publish(broker, topic, "0");
            inbox.await(1);
        }

        /** Publishes numbers, and waits until {@code dropped} in total are, and {@code queued} wait. */
        void publishUntil(int first, int last, long dropped, long queued) {
            publishNumbers(broker, topic, first, last);
            awaitStats(dropped, queued);
        }

        /** Publishes numbers from 1 on, of which the medium loses every other, beginning with the first. */
        void publishAndLose(int lost) {
            for (int i = 1; i <= lost; i++) {
                faults().drop();
                publish(broker, topic, Integer.toString(2 * i - 1));
                faults().restore();
                publish(broker, topic, Integer.toString(2 * i));
            }
        }

        void awaitStats(long dropped, long queued) {
            await(dropped + " messages dropped and " + queued + " waiting", () -> {
                Subscription.Stats stats = subscription.stats();
                return stats.dropped() == dropped && stats.queued() == queued;
            });
        }

        Gap gap(long count) {
            return Gap.of(topic.name(), Reason.OVERFLOW, count);
        }

        void finish(Object... expected) {
            inbox.open();
            publish(broker, topic, "end");
            inbox.awaitUpTo("end");
            assertThat(inbox.arrivals()).containsExactly(expected);
            long dropped = inbox.gaps().stream()
                    .mapToLong(gap -> gap.count().orElseThrow())
                    .sum();
            awaitStats(dropped, 0);
            await(
                    "events that count what was dropped",
                    () -> events.all(Dropped.class).stream()
                                    .mapToLong(Dropped::count)
                                    .sum()
                            == dropped);
            assertThat(events.all(Dropped.class))
                    .allSatisfy(event -> assertThat(event.topic()).isEqualTo(topic.name()));
        }
    }
}
