package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Subscribing that fails, is not answered, or is given up. */
abstract class SubscribeFailureContract extends ContractGroup {

    /** S9. If it fails: what ends a subscribe that the medium does not answer, and takes back the wish for it? */
    @Test
    @Rule("S9")
    void aSubscribeThatIsNotConfirmedFailsInTimeAndLeavesNothingBehind() {
        Broker broker = connect("subscribeTimeout=1s");
        Topic<String> topic = topic();
        faults().cut();
        awaitDisconnected(broker);
        Inbox<String> failed = inbox();
        failure(broker.subscribe(topic, failed), Duration.ofSeconds(1).plus(SLACK), BrokerException.class);
        faults().restore();
        Broker other = connect();
        publishOnceUp(other, topic, "early");
        await(
                "a subscribe that succeeds",
                () -> get(broker.subscribe(topic, inbox()).handle((live, failure) -> failure == null)));
        Inbox<String> inbox = subscribed(broker, topic);
        publish(other, topic, "end");
        inbox.awaitUpTo("end");
        assertThat(failed.arrivals())
                .as("received by a subscription that failed")
                .isEmpty();
    }

    /** S9, as the medium sees it. If it fails: is the wish of a subscribe that failed asked for again when the link is back? */
    @Test
    @Rule("S9")
    void aSubscribeThatFailedIsNotOnTheMediumLater() {
        Broker broker = connect("subscribeTimeout=1s");
        Inbox<String> live = subscribed(broker, topic());
        Topic<String> topic = topic();
        faults().cut();
        awaitDisconnected(broker);
        failure(broker.subscribe(topic, inbox()), Duration.ofSeconds(1).plus(SLACK), BrokerException.class);
        faults().restore();
        awaitOutages(live, 1);
        await("a publish that succeeds", () -> outcome(broker.publisher(topic).publish("x")) == null);
        await("nobody subscribes to the topic", () -> medium().subscriptionsTo(topic.name()) == 0);
    }

    /** S9: whoever completes the future. If it fails: does only a failure end what was begun? */
    @Test
    @Rule("S9")
    void aSubscribeThatItsUserCompletesIsNotOnTheMediumLater() {
        Broker broker = connect("subscribeTimeout=1m");
        Inbox<String> live = subscribed(broker, topic());
        List<Consumer<CompletableFuture<Subscription>>> ends = List.of(
                future -> future.cancel(true),
                future -> future.complete(null),
                future -> future.completeExceptionally(new IllegalStateException("no longer wanted")),
                future -> future.completeOnTimeout(null, 1, TimeUnit.MILLISECONDS));
        List<Topic<String>> topics = topics(ends.size());
        Inbox<String> unwanted = inbox();
        faults().cut();
        awaitDisconnected(broker);
        for (int i = 0; i < ends.size(); i++) {
            CompletableFuture<Subscription> subscribing = broker.subscribe(topics.get(i), unwanted);
            ends.get(i).accept(subscribing);
            await("the future is complete", subscribing::isDone);
        }
        faults().restore();
        awaitOutages(live, 1);
        for (Topic<String> topic : topics) {
            publishOnceUp(broker, topic, "x");
            await("nobody subscribes to " + topic, () -> medium().subscriptionsTo(topic.name()) == 0);
        }
        assertThat(unwanted.arrivals()).isEmpty();
    }

    /** S9, with a link that is up and silent. If it fails: is only a lost link noticed? */
    @Test
    @Rule("S9")
    void aSubscribeThatIsNeverAnsweredFailsInTime() {
        Broker broker = connect("subscribeTimeout=1s");
        faults().stall();
        failure(broker.subscribe(topic(), inbox()), Duration.ofSeconds(1).plus(SLACK), BrokerException.class);
    }

    /** S1. If it fails: is the answer to an earlier subscribe taken for the answer to a later one? */
    @Test
    @Rule({"S1", "S9"})
    void noAnswerToAnEarlierSubscribeConfirmsALaterOne() {
        Broker broker = connect("subscribeTimeout=1s");
        topics(3).forEach(topic -> subscribed(broker, topic));
        faults().stall();
        List<CompletableFuture<Subscription>> later = topics(3).stream()
                .map(topic -> broker.subscribe(topic, inbox()))
                .toList();
        later.forEach(one -> failure(one, Duration.ofSeconds(1).plus(SLACK), BrokerException.class));
    }

    /**
     * S9: so that a loop which subscribes until the medium is back needs no more memory with each
     * attempt. If it fails: what keeps the callbacks of a subscribe that has failed?
     */
    @Test
    @Rule("S9")
    void whatFailedToSubscribeIsForgottenAlthoughAnotherSubscriptionWaits() {
        Broker broker = connect("subscribeTimeout=1s");
        Topic<String> topic = topic();
        Topic<String> durable = durable();
        subscribed(broker, topic);
        subscribed(broker, durable);
        faults().cut();
        await(
                "a subscribe that fails, because the broker has noticed",
                () -> get(broker.subscribe(topic, inbox()).handle((live, failure) -> failure != null)));
        List<WeakReference<Subscriber<String>>> failed = new ArrayList<>();
        IntStream.range(0, 2).forEach(i -> {
            failed.add(failedToSubscribe(broker, topic));
            failed.add(failedToSubscribe(broker, durable));
        });
        await("nothing refers to the subscribers", () -> {
            System.gc();
            return failed.stream().allMatch(subscriber -> subscriber.get() == null);
        });
    }

    private WeakReference<Subscriber<String>> failedToSubscribe(Broker broker, Topic<String> topic) {
        Inbox<String> subscriber = inbox();
        failure(broker.subscribe(topic, subscriber), patience(), BrokerException.class);
        return new WeakReference<>(subscriber);
    }
}
