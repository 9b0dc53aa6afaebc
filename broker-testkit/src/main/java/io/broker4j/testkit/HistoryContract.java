package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Undecodable;
import io.broker4j.Codec;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@link Broker#history}: paging back through a log, past whatever is in it. */
abstract class HistoryContract extends ContractGroup {
    private static final int LARGE = 250 << 10;
    private static final int LARGE_ONES = 20;

    /** Pages from the newest back, without a hole or a double. */
    @Test
    @Rule("L1")
    void historyIsPagedBackFromTheNewest() {
        Topic<String> topic = durable();
        Broker broker = connect();
        assertNothing(get(broker.history(topic, 10)));
        List<Position> positions = publishOneByOne(broker, topic, 1, 25);
        Broker.Page<String> newest = get(connect().history(topic, 10));
        assertThat(newest.messages()).extracting(Message::payload).isEqualTo(numbers(16, 25));
        assertThat(newest.before()).contains(positions.get(15));
        Broker.Page<String> older = get(broker.history(topic, positions.get(15), 10));
        assertThat(older.messages()).extracting(Message::payload).isEqualTo(numbers(6, 15));
        assertThat(older.before()).contains(positions.get(5));
        Broker.Page<String> oldest = get(broker.history(topic, positions.get(5), 5));
        assertThat(oldest.messages()).extracting(Message::payload).isEqualTo(numbers(1, 5));
        assertThat(oldest.before()).isEmpty();
        assertNothing(get(broker.history(topic, positions.get(0), 5)));
    }

    private static void assertNothing(Broker.Page<String> page) {
        assertThat(page.messages()).isEmpty();
        assertThat(page.before()).isEmpty();
    }

    /** Giving up a page disturbs nothing. */
    @Test
    @Rule("L1")
    void whoCancelsAPageGetsAnotherOne() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishNumbers(broker, topic, 1, 3);
        Inbox<String> inbox = subscribed(broker, topic);
        faults().stall();
        CompletableFuture<Broker.Page<String>> page = broker.history(topic, 10);
        assertThat(page.cancel(true) || page.isCompletedExceptionally()).isTrue();
        faults().restore();
        await(
                "a page",
                () -> broker.history(topic, 10)
                        .handle((next, failure) ->
                                failure == null && next.messages().size() == 3)
                        .join());
        String last = publishOnceUp(broker, topic, "4-");
        assertThat(inbox.awaitUpTo(last)).endsWith(last);
        assertThat(inbox.gaps()).isEmpty();
    }

    /** A page whose messages are all left out says where to continue: look at what the page is when nothing is left of it. */
    @Test
    @Rule({"L1", "D6"})
    void historyWalksPastWhatCannotBeDecoded() {
        Topic<String> topic = durable();
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        publishNumbers(broker, topic, 1, 3);
        publishNumbers(broker, topic, 101, 125);
        publishNumbers(broker, topic, 4, 5);
        publishNumbers(broker, topic, 126, 130);
        List<Broker.Page<String>> pages = pages(broker, small(topic), 5);
        assertThat(payloads(pages)).isEqualTo(numbers(1, 5));
        assertThat(pages).as("pages of 5 of 35 messages").hasSize(7);
        assertThat(pages.get(0).messages()).as("the newest page").isEmpty();
        await("an event for each", () -> events.all(Undecodable.class).size() == 30);
    }

    /** A log that holds nothing else ends too. */
    @Test
    @Rule({"L1", "D6"})
    void historyOfNothingButWhatCannotBeDecodedEnds() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishNumbers(broker, topic, 101, 110);
        List<Broker.Page<String>> pages = pages(broker, small(topic), 4);
        assertThat(pages).hasSize(3);
        assertThat(payloads(pages)).isEmpty();
    }

    /** A page ends at 4 MiB: look at whether the next one begins right there. */
    @Test
    @Rule("L1")
    void historyOfLargeMessagesHasNeitherHoleNorDouble() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishLarge(broker, topic);
        List<Broker.Page<String>> pages = pages(broker, topic, 100);
        assertThat(pages).as("pages of 5 MB").hasSizeGreaterThan(1);
        assertThat(payloads(pages).stream().map(HistoryContract::number)).isEqualTo(numbers(101, 100 + LARGE_ONES));
    }

    /** A message that cannot be decoded counts with its size, and the page that it fills says where to continue. */
    @Test
    @Rule({"L1", "D6"})
    void historyWalksPastLargeMessagesThatCannotBeDecoded() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publish(broker, topic, "1");
        publishLarge(broker, topic);
        List<Broker.Page<String>> pages = pages(broker, small(topic), 100);
        assertThat(payloads(pages)).containsExactly("1");
        assertThat(pages).as("pages of 5 MB").hasSizeGreaterThan(1);
    }

    private void publishLarge(Broker broker, Topic<String> topic) {
        for (String number : numbers(101, 100 + LARGE_ONES)) {
            publish(broker, topic, number + "x".repeat(LARGE));
        }
    }

    private static String number(String payload) {
        return payload.substring(0, payload.indexOf('x'));
    }

    /** All pages from the newest back, which must be fewer than 100. */
    private List<Broker.Page<String>> pages(Broker broker, Topic<String> topic, int max) {
        List<Broker.Page<String>> pages = new ArrayList<>();
        pages.add(get(broker.history(topic, max)));
        Optional<Position> before = pages.get(0).before();
        while (before.isPresent()) {
            assertThat(pages).as("pages, each before the last").hasSizeLessThan(100);
            Broker.Page<String> next = get(broker.history(topic, before.get(), max));
            Optional<Position> last = before;
            assertThat(next.before().map(last.get()::isAfter).orElse(true))
                    .as("%s is before %s", next.before(), last)
                    .isTrue();
            before = next.before();
            pages.add(next);
        }
        return pages;
    }

    /** Oldest first. */
    private static List<String> payloads(List<Broker.Page<String>> pages) {
        List<String> payloads = new ArrayList<>();
        pages.forEach(page -> payloads.addAll(
                0, page.messages().stream().map(Message::payload).toList()));
        return payloads;
    }

    /** The same topic for a program that understands the numbers to 100 only, as if others had put the rest there. */
    private static Topic<String> small(Topic<String> topic) {
        Codec<String> codec = Codec.of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.length() > 2) {
                throw new IllegalArgumentException("not a number to 100");
            }
            return text;
        });
        return Topic.of(topic.name(), codec).durable(Retention.count(100_000));
    }
}
