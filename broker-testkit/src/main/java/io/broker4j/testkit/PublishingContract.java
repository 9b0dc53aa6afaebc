package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.ClosedException;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of a publish. */
abstract class PublishingContract extends ContractGroup {

    /** P1. If it fails: which path completes the future of a publish that finds no subscriber, or many others under way? */
    @Test
    @Rule("P1")
    void everyPublishCompletesInTime() {
        Broker broker = connect("publishTimeout=200ms");
        Topic<String> heard = topic();
        subscribed(broker, heard);
        List<CompletableFuture<?>> published = new ArrayList<>();
        for (Topic<String> topic : List.of(heard, topic())) {
            numbers(1, 1_000)
                    .forEach(number -> published.add(broker.publisher(topic).publish(number)));
        }
        CompletableFuture<?> all = all(published).handle((done, failure) -> done);
        within(Duration.ofMillis(200 + 1_000).plus(SLACK), all);
    }

    /** P1, P3: no answer means {@code UNKNOWN}. If it fails: what cancels a publish whose reply does not come? */
    @Test
    @Rule({"P1", "P3"})
    void aPublishWithoutAnAnswerFailsUnknownInTimeAndIsNotSentAgain() {
        Broker broker = connect("publishTimeout=500ms");
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        faults().stall();
        List<CompletableFuture<Receipt>> published =
                numbers(1, 5).stream().map(broker.publisher(topic)::publish).toList();
        for (CompletableFuture<Receipt> one : published) {
            PublishException failure =
                    failure(one, Duration.ofMillis(500 + 1_000).plus(SLACK));
            assertThat(failure.outcome()).as(failure.getMessage()).isEqualTo(Outcome.UNKNOWN);
        }
        faults().restore();
        publishOnceUp(broker, topic, "next");
        publish(broker, topic, "end");
        assertThat(inbox.awaitUpTo("end")).doesNotHaveDuplicates();
    }

    /** P1: a message is not taken back. If it fails: is the medium's future the user's? */
    @Test
    @Rule("P1")
    void aPublishWhoseFutureIsCancelledIsDeliveredAllTheSame() {
        Broker broker = connect("publishTimeout=1m");
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        CompletableFuture<Receipt> first = broker.publisher(topic).publish("1");
        first.cancel(true);
        faults().stall();
        CompletableFuture<Receipt> second = broker.publisher(topic).publish("2");
        assertThat(second.cancel(true)).isTrue();
        faults().restore();
        publish(broker, topic, "3");
        assertThat(inbox.awaitUpTo("3")).isEqualTo(numbers(1, 3));
        assertThat(inbox.gaps()).isEmpty();
    }

    /** P1, P3: whatever happens to the link, each publish ends as something, and as the truth. */
    @Test
    @Rule({"P1", "P3"})
    void whatPublishersAreToldIsTrueWhileTheLinkComesAndGoes() {
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        Broker broker = connect("publishTimeout=300ms");
        NumberStream stream = stream(broker.publisher(topic));
        for (int outage = 1; outage <= 3; outage++) {
            stream.awaitProgress(100);
            faults().cut();
            stream.awaitProgress(100);
            faults().restore();
            awaitOutages(inbox, outage);
        }
        stream.awaitProgress(100);
        stream.stop();
        stream.check(inbox.arrivals(), 0);
    }

    /** P2. If it fails: does closing a publisher's broker lose what the medium was said to have? */
    @Test
    @Rule("P2")
    void aMessageWithAReceiptOutlivesItsPublisher() {
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        for (String number : numbers(1, 10)) {
            Broker broker = connect();
            publish(broker, topic, number);
            broker.close();
        }
        assertThat(inbox.await(10)).containsExactlyElementsOf(numbers(1, 10));
    }

    /** P2: all subscriptions live by then, on whatever broker. */
    @Test
    @Rule("P2")
    void aReceiptMeansThatEveryLiveSubscriptionGetsTheMessage() {
        Topic<String> topic = topic();
        Broker publishing = connect();
        List<Inbox<String>> inboxes = new ArrayList<>();
        for (Broker broker : List.of(publishing, connect(), connect())) {
            inboxes.add(subscribed(broker, topic));
            inboxes.add(subscribed(broker, Topic.text(root() + ".*")));
        }
        Receipt receipt = publish(publishing, topic, "hello");
        assertThat(receipt.topic()).isEqualTo(topic.name());
        for (Inbox<String> inbox : inboxes) {
            assertThat(inbox.await(1)).containsExactly("hello");
            assertThat(receipt.messageId()).isIn("", inbox.messages().get(0).id());
        }
    }

    /** P3. If it fails: is the medium's error reply told from a lost one? */
    @Test
    @Rule("P3")
    void aPublishThatTheMediumRefusesFailsRejectedAndIsNeverReceived() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        faults().reject();
        PublishException failure = failure(broker.publisher(topic).publish("refused"), patience());
        faults().restore();
        assertThat(failure.outcome()).as(failure.getMessage()).isEqualTo(Outcome.REJECTED);
        assertThat(failure).hasMessageMatching(".*\\w.*");
        publishOnceUp(broker, topic, "next");
        publish(broker, topic, "end");
        assertThat(inbox.awaitUpTo("end")).doesNotContain("refused");
    }

    /** P3 for the refusal that needs no fault. If it fails: what does a publish check before it takes the connection? */
    @Test
    @Rule("P3")
    void aPublishThatIsRefusedHereFailsNotSentWithTheCause() {
        Broker broker = connect();
        Publisher<String> publisher = broker.publisher(topic());
        broker.close();
        PublishException failure = failure(publisher.publish("late"), patience());
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_SENT);
        assertThat(failure).hasCauseInstanceOf(ClosedException.class);
    }

    /** P4: with a time-out of a minute, what fails within patience did not wait for it. */
    @Test
    @Rule("P4")
    void whileDisconnectedAPublishFailsAtOnceAndIsNeverSent() {
        Broker broker = connect("publishTimeout=1m");
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        faults().cut();
        awaitDisconnected(broker);
        for (String number : numbers(1, 10)) {
            PublishException failure = failure(broker.publisher(topic).publish(number), patience());
            assertThat(failure.outcome()).as(failure.getMessage()).isEqualTo(Outcome.NOT_SENT);
        }
        faults().restore();
        awaitOutages(inbox, 1);
        publishOnceUp(broker, topic, "next");
        publish(broker, topic, "end");
        assertThat(inbox.awaitUpTo("end")).doesNotContainAnyElementsOf(numbers(1, 10));
    }

    /** P7. If it fails: who holds on to the array, or encodes after {@code publish} has returned? */
    @Test
    @Rule("P7")
    void changesAfterPublishAreNotSeen() {
        Broker broker = connect();
        Topic<byte[]> topic = Topic.bytes(root() + ".bytes");
        Inbox<byte[]> near = subscribed(broker, topic);
        Inbox<byte[]> far = subscribed(connect(), topic);
        byte[] payload = new byte[100];
        Map<String, String> headers = new HashMap<>();
        List<CompletableFuture<Receipt>> published = new ArrayList<>();
        for (byte i = 0; i < 100; i++) {
            Arrays.fill(payload, i);
            headers.put("n", Byte.toString(i));
            published.add(broker.publisher(topic).publish(payload, headers));
            Arrays.fill(payload, (byte) -1);
            headers.put("n", "changed");
        }
        get(all(published));
        for (Inbox<byte[]> inbox : List.of(near, far)) {
            inbox.await(100);
            for (byte i = 0; i < 100; i++) {
                byte[] expected = new byte[100];
                Arrays.fill(expected, i);
                assertThat(inbox.messages().get(i).payload()).isEqualTo(expected);
                assertThat(inbox.messages().get(i).headers()).isEqualTo(Map.of("n", Byte.toString(i)));
            }
        }
    }

    /** P8: a chain of publishes, each from the handler of the one before, on the broker's threads. */
    @Test
    @Rule("P8")
    void aHandlerMayPublishToItsOwnTopic() {
        assertChainEnds(SubscribeOptions.DEFAULTS, 1);
    }

    /** P8: inline too, where a careless broker would call the handler from itself, and over two topics as well. */
    @Test
    @Rule("P8")
    void anInlineHandlerMayPublishWithoutRecursion() {
        assertChainEnds(SubscribeOptions.DEFAULTS.inline(), 1);
        assertChainEnds(SubscribeOptions.DEFAULTS.inline(), 2);
    }

    /** Message n on topic n makes the handler publish n+1 on the next topic, round and round. */
    private void assertChainEnds(SubscribeOptions options, int topics) {
        int length = 3_000;
        Broker broker = connect();
        List<Topic<String>> ring = topics(topics);
        AtomicInteger deepest = new AtomicInteger();
        CompletableFuture<Integer> end = new CompletableFuture<>();
        IntStream.range(0, topics).forEach(i -> {
            Publisher<String> next = broker.publisher(ring.get((i + 1) % topics));
            subscribe(broker, ring.get(i), options, message -> {
                int number = Integer.parseInt(message.payload());
                if (number % 100 == 0) {
                    deepest.accumulateAndGet(depth(), Math::max);
                }
                if (number == length) {
                    end.complete(number);
                } else {
                    next.publish(Integer.toString(number + 1));
                }
            });
        });
        promptly(() -> broker.publisher(ring.get(0)).publish("1"));
        assertThat(get(end)).isEqualTo(length);
        assertThat(deepest.get())
                .as("stack depth after %s publishes from handlers", length)
                .isLessThan(500);
    }

    private static int depth() {
        return StackWalker.getInstance().<Long>walk(frames -> frames.count()).intValue();
    }

    /** P8: waiting for one's own publish in a handler. If it fails: do handlers run where publishes complete? */
    @Test
    @Rule("P8")
    void aHandlerMayWaitForItsOwnPublish() {
        Broker broker = connect();
        Topic<String> questions = topic();
        Topic<String> answers = topic();
        Inbox<String> inbox = subscribed(broker, answers);
        Publisher<String> answering = broker.publisher(answers);
        subscribe(broker, questions, message -> get(answering.publish(message.payload())));
        publishNumbers(broker, questions, 1, 100);
        assertThat(inbox.await(100)).containsExactlyElementsOf(numbers(1, 100));
    }
}
