package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Dropped;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Overflow;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What becomes of messages that a mailbox has no room for (D5). A handler is blocked in its first message, which is no longer
 * waiting; what follows fills the mailbox. If one of these fails: do bound, count, place of the gap and end of an episode
 * come from one decision under one lock?
 */
abstract class OverflowContract extends ContractGroup {
    private static final SubscribeOptions OLDEST = SubscribeOptions.DEFAULTS.withOverflow(Overflow.DROP_OLDEST);
    private static final SubscribeOptions NEWEST = SubscribeOptions.DEFAULTS.withOverflow(Overflow.DROP_NEWEST);

    /** A subscription whose handler is busy with message 0. */
    private final class Busy {
        private final Broker broker = connect();
        private final EventLog events = new EventLog(broker);
        private final Topic<String> topic = topic();
        private final Inbox<String> inbox = gated();
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
            await(dropped + " messages dropped and " + queued + " waiting, not " + subscription.stats(), () -> {
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

    /** D5: the newest stay, and the gap comes before them. */
    @Test
    @Rule("D5")
    void dropOldestKeepsTheNewestAfterAGap() {
        Busy busy = new Busy(OLDEST.withMaxMessages(5));
        busy.publishUntil(1, 20, 15, 5);
        busy.inbox.open();
        busy.inbox.await(6);
        busy.finish("0", busy.gap(15), "16", "17", "18", "19", "20", "end");
    }

    /** D5: the oldest stay, and the gap comes after them, also if nothing follows. */
    @Test
    @Rule("D5")
    void dropNewestKeepsTheOldestBeforeAGap() {
        Busy busy = new Busy(NEWEST.withMaxMessages(5));
        busy.publishUntil(1, 20, 15, 5);
        busy.inbox.open();
        busy.inbox.awaitGap();
        busy.finish("0", "1", "2", "3", "4", "5", busy.gap(15), "end");
    }

    /** D5: a handler that was told, and then falls behind again, is told again. */
    @Test
    @Rule("D5")
    void eachEpisodeHasItsGap() {
        Busy oldest = new Busy(OLDEST.withMaxMessages(2));
        oldest.publishUntil(1, 5, 3, 2);
        oldest.inbox.pass(1);
        oldest.inbox.await(2);
        assertThat(oldest.inbox.arrivals()).containsExactly("0", oldest.gap(3), "4");
        oldest.publishUntil(6, 10, 3 + 4, 2);
        oldest.inbox.open();
        oldest.inbox.await(4);
        oldest.finish("0", oldest.gap(3), "4", oldest.gap(4), "9", "10", "end");

        Busy newest = new Busy(NEWEST.withMaxMessages(2));
        newest.publishUntil(1, 5, 3, 2);
        newest.inbox.pass(2);
        newest.inbox.await(3);
        newest.inbox.pass(1);
        newest.inbox.awaitGap();
        publish(newest.broker, newest.topic, "6");
        newest.inbox.await(4);
        newest.publishUntil(7, 11, 3 + 3, 2);
        newest.inbox.open();
        newest.inbox.awaitGaps(2);
        newest.finish("0", "1", "2", newest.gap(3), "6", "7", "8", newest.gap(3), "end");
    }

    /** D5: more of the same before the handler has been told is the same episode. */
    @Test
    @Rule("D5")
    void overflowThatContinuesIsOneEpisode() {
        Busy busy = new Busy(OLDEST.withMaxMessages(3));
        busy.publishUntil(1, 5, 2, 3);
        busy.publishUntil(6, 8, 5, 3);
        busy.publishUntil(9, 9, 6, 3);
        busy.inbox.open();
        busy.inbox.await(4);
        busy.finish("0", busy.gap(6), "7", "8", "9", "end");
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

    /** D5: one subscription's overflow is nobody else's; headers count. */
    @Test
    @Rule("D5")
    void overflowIsTheSlowSubscriptionsOwn() {
        Busy busy = new Busy(OLDEST.withMaxMessages(1));
        Inbox<String> neighbour = subscribed(busy.broker, busy.topic);
        Inbox<String> byBytes = gated();
        Subscription bytes = subscribe(connect(), busy.topic, OLDEST.withMaxBytes(100), byBytes);
        publish(busy.broker, busy.topic, "1");
        byBytes.await(1);
        for (int i = 2; i <= 10; i++) {
            get(busy.broker.publisher(busy.topic).publish(Integer.toString(i), Map.of("h", "v".repeat(50))));
        }
        await(
                "headers count as bytes",
                () -> bytes.stats().queued() == 1 && bytes.stats().dropped() == 8);
        byBytes.open();
        assertThat(neighbour.await(10)).containsExactlyElementsOf(numbers(1, 10));
        assertThat(neighbour.gaps()).isEmpty();
        busy.awaitStats(9, 1);
        busy.inbox.open();
        busy.inbox.await(2);
        busy.finish("0", busy.gap(9), "10", "end");
    }

    /**
     * D5, D8, for any interleaving: whenever a message is handled, all missing before it have been announced, and in the end
     * all that are missing have, and no more.
     */
    @Test
    @Rule("D5")
    void nothingIsMissingUnannouncedHoweverFastOrSlowTheHandler() {
        for (Overflow overflow : Overflow.values()) {
            for (int size : List.of(1, 2, 7)) {
                Broker broker = connect();
                Topic<String> topic = topic();
                Inbox<String> inbox = inbox();
                Random random = new Random(size);
                SubscribeOptions options =
                        SubscribeOptions.DEFAULTS.withOverflow(overflow).withMaxMessages(size);
                Subscription subscription = subscribe(broker, topic, options, new Spinning(inbox, random));
                long queued = 0;
                List<java.util.concurrent.CompletableFuture<?>> published = new ArrayList<>();
                for (String number : numbers(0, 1_999)) {
                    published.add(broker.publisher(topic).publish(number));
                    queued = Math.max(queued, subscription.stats().queued());
                }
                get(all(published));
                await(
                        "an empty mailbox",
                        () -> subscription.stats().queued() == 0
                                && subscription.stats().delivered()
                                                + subscription.stats().dropped()
                                        == 2_000);
                assertThat(queued).as("messages waiting, at most").isLessThanOrEqualTo(size);
                broker.close(patience());
                assertAccounted(inbox.arrivals(), 2_000);
            }
        }
    }

    /**
     * D5, D8: what the medium loses while a mailbox overflows is announced as well, and not as overflow. If it fails: is what is
     * known of a loss kept apart from the message it was noticed at, and bounded or dropped there?
     */
    @Test
    @Rule({"D5", "D8"})
    void whatTheMediumLosesDuringOverflowIsAnnouncedToo() {
        for (SubscribeOptions options : List.of(OLDEST.withMaxMessages(5), NEWEST.withMaxMessages(5))) {
            Busy busy = new Busy(options);
            busy.publishAndLose(100);
            busy.awaitStats(95, 5);
            busy.inbox.open();
            busy.inbox.await(6);
            publish(busy.broker, busy.topic, "201");
            busy.inbox.awaitUpTo("201");
            assertAccounted(busy.inbox.arrivals(), 202);
            busy.awaitStats(95, 0);
        }
    }

    /** D8: what the medium loses takes no place in a mailbox. */
    @Test
    @Rule({"D5", "D8"})
    void whatTheMediumLosesIsNoOverflow() {
        for (SubscribeOptions options : List.of(OLDEST.withMaxMessages(320), NEWEST.withMaxMessages(320))) {
            Busy busy = new Busy(options);
            busy.publishAndLose(300);
            busy.awaitStats(0, 300);
            busy.inbox.open();
            busy.inbox.await(301);
            assertAccounted(busy.inbox.arrivals(), 601);
            assertThat(busy.inbox.gaps()).hasSize(300).containsOnly(Gap.of(busy.topic.name(), Reason.SEQUENCE, 1));
            busy.awaitStats(0, 0);
        }
    }

    /** D5: an episode with many losses is not the last that is told. */
    @Test
    @Rule({"D5", "D8"})
    void overflowAfterAnEpisodeWithLossesIsAnnouncedAgain() {
        Busy busy = new Busy(NEWEST.withMaxMessages(2));
        busy.publishAndLose(300);
        busy.awaitStats(298, 2);
        busy.inbox.pass(3);
        busy.awaitStats(298, 0);
        publish(busy.broker, busy.topic, "601");
        busy.inbox.await(4);
        busy.publishUntil(602, 611, 298 + 8, 2);
        busy.inbox.open();
        busy.inbox.await(6);
        publish(busy.broker, busy.topic, "612");
        busy.inbox.awaitUpTo("612");
        assertAccounted(busy.inbox.arrivals(), 613);
        assertThat(busy.inbox.arrivals()).containsSubsequence("601", "602", "603", busy.gap(8), "612");
    }

    private static void assertAccounted(List<Object> arrivals, int published) {
        long received = 0;
        long announced = 0;
        int previous = -1;
        for (Object arrival : arrivals) {
            if (arrival instanceof Gap gap) {
                announced += gap.count().orElseThrow();
                continue;
            }
            int number = Integer.parseInt((String) arrival);
            assertThat(number).isGreaterThan(previous);
            assertThat(number - received)
                    .as("missing before %s, in %s", number, arrivals)
                    .isLessThanOrEqualTo(announced);
            received++;
            previous = number;
        }
        assertThat(received + announced)
                .as("received and announced, in %s", arrivals)
                .isEqualTo(published);
    }

    /** Takes now and then a little longer. */
    private record Spinning(Inbox<String> inbox, Random random) implements io.broker4j.Subscriber<String> {
        @Override
        public void onMessage(io.broker4j.Message<String> message) throws Exception {
            for (int spins = random.nextInt(20) == 0 ? 2_000 : 0; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            inbox.onMessage(message);
        }

        @Override
        public void onGap(Gap gap) {
            inbox.onGap(gap);
        }
    }
}
