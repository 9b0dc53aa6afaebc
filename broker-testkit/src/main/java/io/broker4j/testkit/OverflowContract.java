package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Subscription;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which messages a full mailbox drops, and where the gap is that tells of them (D5). */
abstract class OverflowContract extends OverflowGroup {
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
}
