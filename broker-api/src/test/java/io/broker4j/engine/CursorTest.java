package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.spi.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CursorTest {
    private static final Gap OUTAGE = Gap.of("t", Gap.Reason.DISCONNECTED);

    private final Backlog backlog = new Backlog();

    private Cursor cursor(int maxMessages, long maxBytes) {
        return new Cursor(
                backlog,
                "t",
                SubscribeOptions.DEFAULTS.withMaxMessages(maxMessages).withMaxBytes(maxBytes));
    }

    private void append(int from, int to) {
        for (int i = from; i <= to; i++) {
            backlog.append(delivery(i), 0);
        }
    }

    /** A message whose size is its number. */
    private static Delivery delivery(int number) {
        return new Delivery(Frame.bare(new byte[number]), "t", number);
    }

    private static List<Object> readAll(Cursor cursor) {
        List<Object> read = new ArrayList<>();
        for (Object next = cursor.next(); next != null; next = cursor.next()) {
            read.add(next instanceof Delivery delivery ? delivery.size() : next);
        }
        return read;
    }

    private static Gap sequence(long count) {
        return Gap.of("t", Gap.Reason.SEQUENCE, count);
    }

    private static Gap overflow(long count) {
        return Gap.of("t", Gap.Reason.OVERFLOW, count);
    }

    @Test
    void readsWhatWasAppendedAfterItBegan() {
        backlog.bound(10, 1000);
        append(1, 3);
        Cursor cursor = cursor(10, 1000);
        append(4, 6);

        assertThat(readAll(cursor)).containsExactly(4, 5, 6);
        assertThat(cursor.isBehind()).isFalse();
    }

    @Test
    void skipsTheOldestAndSaysHowMany() {
        backlog.bound(100, 100_000);
        Cursor cursor = cursor(3, 100_000);
        append(1, 10);

        assertThat(cursor.queued()).isEqualTo(3);
        assertThat(cursor.dropped()).isEqualTo(7);
        assertThat(readAll(cursor)).containsExactly(overflow(7), 8, 9, 10);
        assertThat(cursor.dropped()).isEqualTo(7);
    }

    @Test
    void sizeBoundsToo() {
        backlog.bound(100, 20);
        Cursor cursor = cursor(100, 20);
        append(1, 8);

        assertThat(readAll(cursor)).containsExactly(overflow(6), 7, 8);
    }

    @Test
    void messagesLargerThanTheMailboxAreDroppedAloneAndTold() {
        backlog.bound(100, 20);
        Cursor cursor = cursor(100, 20);
        append(5, 5);
        append(21, 22);
        append(6, 6);

        assertThat(readAll(cursor)).containsExactly(5, overflow(2), 6);
        append(30, 30);
        assertThat(readAll(cursor)).as("without another message").containsExactly(overflow(1));
        assertThat(cursor.dropped()).isEqualTo(3);
    }

    @Test
    void eachReaderHasItsOwnBounds() {
        backlog.bound(100, 100_000);
        Cursor narrow = cursor(2, 100_000);
        Cursor wide = cursor(100, 100_000);
        append(1, 5);

        assertThat(readAll(wide)).containsExactly(1, 2, 3, 4, 5);
        assertThat(readAll(narrow)).containsExactly(overflow(3), 4, 5);
    }

    @Test
    void gapsKeepTheirPlace() {
        backlog.bound(10, 1000);
        Cursor cursor = cursor(10, 1000);
        append(1, 2);
        backlog.appendRenewal();
        append(3, 4);

        assertThat(readAll(cursor)).containsExactly(1, 2, OUTAGE, 3, 4);
    }

    @Test
    void skippedGapsAreStillTold() {
        backlog.bound(2, 1000);
        Cursor cursor = cursor(2, 1000);
        append(1, 2);
        backlog.appendRenewal();
        append(3, 9);

        assertThat(readAll(cursor)).containsExactly(OUTAGE, overflow(7), 8, 9);
    }

    @Test
    void gapAtTheEndIsToldWithoutAnotherMessage() {
        backlog.bound(2, 1000);
        Cursor cursor = cursor(2, 1000);
        backlog.appendRenewal();

        assertThat(cursor.isBehind()).isTrue();
        assertThat(readAll(cursor)).containsExactly(OUTAGE);
    }

    @Test
    void renewalsThatNobodyWasToldOfAreOne() {
        backlog.bound(2, 1000);
        Cursor cursor = cursor(2, 1000);
        for (int i = 0; i < 10_000; i++) {
            backlog.appendRenewal();
        }

        assertThat(readAll(cursor)).containsExactly(OUTAGE);
        backlog.appendRenewal();
        assertThat(readAll(cursor)).containsExactly(OUTAGE);
    }

    @Test
    void missingNumbersAreToldBeforeTheirMessage() {
        backlog.bound(10, 1000);
        Cursor cursor = cursor(10, 1000);
        backlog.append(delivery(1), 0);
        backlog.append(delivery(2), 3);
        backlog.append(delivery(3), SequenceTracker.UNKNOWN);

        assertThat(readAll(cursor)).containsExactly(1, sequence(3), 2, Gap.of("t", Gap.Reason.SEQUENCE), 3);
    }

    @Test
    void missingNumbersTakeNoPlaceInTheMailbox() {
        backlog.bound(1000, 1_000_000);
        Cursor cursor = cursor(1000, 1_000_000);
        for (int i = 0; i < 900; i++) {
            backlog.append(delivery(1), 1);
        }

        assertThat(cursor.dropped()).isZero();
        assertThat(readAll(cursor)).hasSize(1800).contains(1, sequence(1));
    }

    @Test
    void missingNumbersAmongSkippedMessagesAreToldToo() {
        backlog.bound(10, 1000);
        Cursor cursor = cursor(10, 1000);
        for (int i = 0; i < 200; i++) {
            backlog.append(delivery(1), i % 2);
        }

        assertThat(readAll(cursor).subList(0, 3)).containsExactly(sequence(95), overflow(190), 1);
    }

    @Test
    void missingNumbersAmongRefusedMessagesAreToldToo() {
        backlog.bound(1, 1000);
        Cursor cursor = new Cursor(
                backlog, "t", SubscribeOptions.DEFAULTS.withMaxMessages(1).withOverflow(Overflow.DROP_NEWEST));
        for (int i = 1; i <= 500; i++) {
            backlog.appendOrRefuse(delivery(i), 1, cursor.last());
        }

        assertThat(readAll(cursor)).containsExactly(sequence(1), 1, sequence(499), overflow(499));
        backlog.appendOrRefuse(delivery(1), 0, cursor.last());
        backlog.appendOrRefuse(delivery(2), 0, cursor.last());
        assertThat(readAll(cursor)).as("a later episode").containsExactly(1, overflow(1));
    }

    @Test
    void refusedMessagesAreCountedInOneGapBehindThoseThatWait() {
        backlog.bound(2, 1000);
        Cursor cursor = new Cursor(
                backlog, "t", SubscribeOptions.DEFAULTS.withMaxMessages(2).withOverflow(Overflow.DROP_NEWEST));
        for (int i = 1; i <= 5; i++) {
            backlog.appendOrRefuse(delivery(i), 0, cursor.last());
        }

        assertThat(cursor.queued()).isEqualTo(2);
        assertThat(cursor.dropped()).isEqualTo(3);
        assertThat(readAll(cursor)).containsExactly(1, 2, overflow(3));
        backlog.appendOrRefuse(delivery(6), 0, cursor.last());
        assertThat(readAll(cursor)).containsExactly(6);
        assertThat(cursor.dropped()).isEqualTo(3);
    }

    @Test
    void releasedEntriesLetGoOfTheirMessages() {
        backlog.bound(10, 1000);
        Cursor cursor = cursor(10, 1000);
        append(1, 3);
        Backlog.Entry newest = backlog.newest();
        readAll(cursor);
        backlog.release(cursor.last().position + 1);

        assertThat(newest.content()).isNull();
    }

    /** What is read, skipped and left adds up whatever the writer does meanwhile. */
    @Test
    void countsAddUpWhileTheWriterOvertakesTheReader() throws Exception {
        int total = 300_000;
        backlog.bound(16, 1 << 20);
        Cursor cursor = cursor(16, 1 << 20);
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < total; i++) {
                backlog.append(new Delivery(Frame.bare(new byte[0]), "t", i), 0);
            }
            done.set(true);
        });
        writer.start();
        long read = 0;
        long skipped = 0;
        while (read + skipped < total) {
            Object next = cursor.next();
            if (next instanceof Gap gap) {
                skipped += gap.count().getAsLong();
            } else if (next != null) {
                read++;
            } else {
                assertThat(done.get() && !cursor.isBehind() && read + skipped < total)
                        .isFalse();
                backlog.release(cursor.last().position + 1);
            }
        }
        writer.join();

        assertThat(read + skipped).isEqualTo(total);
        assertThat(cursor.dropped()).isEqualTo(skipped);
        assertThat(cursor.next()).isNull();
    }
}
