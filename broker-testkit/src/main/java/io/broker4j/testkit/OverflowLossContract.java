package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** All that is missing is announced, whether the mailbox had no room for it or the medium lost it (D5, D8). */
abstract class OverflowLossContract extends OverflowGroup {
    /**
     * D5, D8, for any interleaving: when a message is handled, a gap has announced every missing message before it. At
     * the end gaps have announced exactly the missing messages.
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
