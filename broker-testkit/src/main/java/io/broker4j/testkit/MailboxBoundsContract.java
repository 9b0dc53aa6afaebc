package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How much a mailbox holds (D5). */
abstract class MailboxBoundsContract extends OverflowGroup {
    /** D5: exactly as many as fit wait, and nobody is told of anything. */
    @Test
    @Rule("D5")
    void aMailboxThatIsExactlyFullLosesNothing() {
        for (SubscribeOptions options : List.of(OLDEST.withMaxMessages(5), NEWEST.withMaxMessages(5))) {
            Busy busy = new Busy(options);
            busy.publishUntil(1, 5, 0, 5);
            busy.inbox.open();
            busy.inbox.await(6);
            busy.finish("0", "1", "2", "3", "4", "5", "end");
        }
    }

    /** D5, in bytes. */
    @Test
    @Rule("D5")
    void bytesBoundAMailboxToo() {
        Busy oldest = new Busy(OLDEST.withMaxBytes(100));
        Busy newest = new Busy(NEWEST.withMaxBytes(100));
        for (Busy busy : List.of(oldest, newest)) {
            for (int i = 1; i <= 12; i++) {
                publish(busy.broker, busy.topic, padded(i));
            }
            busy.awaitStats(7, 5);
            busy.inbox.open();
            busy.inbox.await(6);
        }
        oldest.finish("0", oldest.gap(7), padded(8), padded(9), padded(10), padded(11), padded(12), "end");
        newest.inbox.awaitGap();
        newest.finish("0", padded(1), padded(2), padded(3), padded(4), padded(5), newest.gap(7), "end");
    }

    /** Twenty bytes. */
    private static String padded(int number) {
        return String.format("%020d", number);
    }

    /** D5: what can never fit is dropped itself, and does not cost the others. */
    @Test
    @Rule("D5")
    void aMessageLargerThanTheMailboxIsDropped() {
        for (SubscribeOptions options : List.of(OLDEST.withMaxBytes(10), NEWEST.withMaxBytes(10))) {
            Busy busy = new Busy(options);
            publishNumbers(busy.broker, busy.topic, 1, 2);
            publish(busy.broker, busy.topic, "too large a message");
            busy.awaitStats(1, 2);
            busy.inbox.open();
            assertThat(busy.inbox.awaitGap()).isEqualTo(busy.gap(1));
            publish(busy.broker, busy.topic, "end");
            assertThat(busy.inbox.awaitUpTo("end")).containsExactly("0", "1", "2", "end");
            assertThat(busy.inbox.gaps()).hasSize(1);
        }
    }

    /** D5: what holds if nothing else is said. */
    @Test
    @Rule("D5")
    void aMailboxHolds1024MessagesByDefault() {
        Busy busy = new Busy(SubscribeOptions.DEFAULTS);
        busy.publishUntil(1, 1_500, 476, 1_024);
        busy.inbox.open();
        busy.inbox.await(1_025);
        busy.finish(Stream.of(List.of("0", busy.gap(476)), numbers(477, 1_500), List.of("end"))
                .flatMap(List::stream)
                .toArray());
    }

    /** D5: what holds if nothing else is said, in bytes: sixteen of the largest payloads. */
    @Test
    @Rule("D5")
    void aMailboxHoldsFourMebibytesByDefault() {
        Broker broker = connect();
        Topic<byte[]> topic = Topic.bytes(root() + ".bytes");
        Inbox<byte[]> inbox = gated();
        Subscription subscription = subscribe(broker, topic, inbox);
        publish(broker, topic, new byte[0]);
        inbox.await(1);
        for (int i = 0; i < 20; i++) {
            publish(broker, topic, new byte[256 * 1024]);
        }
        await(
                "4 dropped and 16 waiting",
                () -> subscription.stats().dropped() == 4
                        && subscription.stats().queued() == 16);
        inbox.open();
        inbox.await(17);
        assertThat(inbox.gaps()).containsExactly(Gap.of(topic.name(), Reason.OVERFLOW, 4));
    }
}
