package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.OtherKind;
import io.broker4j.BrokerEvent.Undecodable;
import io.broker4j.ClosedException;
import io.broker4j.Codec;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Retention;
import io.broker4j.Start;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Publishing, history and options of durable topics, and how durable and live topics interact. */
abstract class DurableUseContract extends ContractGroup {

    /** P2: all parts of a message reach subscriptions and history alike. */
    @Test
    @Rule("P2")
    void aMessageKeepsItsIdHeadersAndTime() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = subscribed(connect(), topic);
        var receipt = get(broker.publisher(topic).publish("hello", Map.of("lang", "Grüße")));
        inbox.await(1);
        Message<String> delivered = inbox.messages().get(0);
        Message<String> found = get(connect().history(topic, 1)).messages().get(0);
        for (Message<String> message : List.of(delivered, found)) {
            assertThat(message.payload()).isEqualTo("hello");
            assertThat(message.headers()).isEqualTo(Map.of("lang", "Grüße"));
            assertThat(message.topic()).isEqualTo(topic.name());
            assertThat(message.id()).isEqualTo(receipt.messageId());
            assertThat(message.position()).isEqualTo(receipt.position());
            assertThat(message.publishedAt()).isEqualTo(delivered.publishedAt());
            assertThat(message.attempt()).isEqualTo(1);
        }
    }

    /** P3, P4: a refused message is not in the log. */
    @Test
    @Rule({"P3", "P4"})
    void whatIsNotSentIsNotInTheLog() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publish(broker, topic, "before");
        faults().cut();
        awaitDisconnected(broker);
        assertThat(outcome(broker.publisher(topic).publish("cut off"))).isEqualTo(Outcome.NOT_SENT);
        faults().restore();
        String last = publishOnceUp(broker, topic, "after");
        List<Message<String>> found = get(broker.history(topic, 100)).messages();
        assertThat(found)
                .extracting(Message::payload)
                .startsWith("before")
                .endsWith(last)
                .doesNotContain("cut off");
    }

    /** P3: the medium's refusal. */
    @Test
    @Rule("P3")
    void whatIsRejectedIsNotInTheLog() {
        Topic<String> topic = durable();
        Broker broker = connect();
        faults().reject();
        assertThat(outcome(broker.publisher(topic).publish("rejected"))).isEqualTo(Outcome.REJECTED);
        faults().restore();
        publish(broker, topic, "accepted");
        assertThat(get(broker.history(topic, 10)).messages())
                .extracting(Message::payload)
                .containsExactly("accepted");
    }

    /** P1: a medium that does not answer. */
    @Test
    @Rule("P1")
    void anAppendThatIsNotAnsweredEndsInTime() {
        Topic<String> topic = durable();
        Broker broker = connect("publishTimeout=300ms");
        publish(broker, topic, "before");
        faults().stall();
        assertThat(failure(
                                broker.publisher(topic).publish("stalled"),
                                Duration.ofMillis(1_300).plus(SLACK))
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);
        faults().restore();
    }

    /** P8: from within a handler. */
    @Test
    @Rule("P8")
    void handlersMayPublishToTheirOwnTopic() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Publisher<String> publisher = broker.publisher(topic);
        Inbox<String> inbox = subscribed(broker, topic);
        for (SubscribeOptions options : List.of(SubscribeOptions.DEFAULTS, SubscribeOptions.DEFAULTS.inline())) {
            subscribe(broker, topic, options, message -> {
                int number = Integer.parseInt(message.payload());
                if (number > 0) {
                    publisher.publish(Integer.toString(number - 1));
                }
            });
        }
        publish(broker, topic, "7");
        assertThat(inbox.await(255)).hasSize(255);
    }

    /** D3, D6: one bad message is one bad message. */
    @Test
    @Rule({"D3", "D6"})
    void whatFailsOrCannotBeDecodedIsSkipped() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Codec<String> picky = Codec.of(text -> text.getBytes(StandardCharsets.UTF_8), bytes -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (text.equals("2")) {
                throw new IllegalArgumentException("not " + text);
            }
            return text;
        });
        Topic<String> decoded = Topic.of(topic.name(), picky).durable(Retention.count(1_000));
        EventLog events = new EventLog(broker);
        Inbox<String> inbox = this.<String>inbox().failWhen("3"::equals, new IllegalStateException("no 3"));
        Subscription subscription = subscribe(broker, decoded, inbox);
        publishNumbers(broker, topic, 1, 5);
        inbox.awaitUpTo("5");
        assertThat(inbox.payloads()).isEqualTo(List.of("1", "3", "4", "5"));
        await(
                "counts",
                () -> subscription.stats().failed() == 2 && subscription.stats().delivered() == 3);
        await("an event", () -> events.all(Undecodable.class).size() == 1);
        assertThat(get(broker.history(decoded, 10)).messages())
                .extracting(Message::payload)
                .containsExactly("1", "3", "4", "5");
    }

    /** S9, also when the place to begin at takes several attempts. If it fails: does a reader go on that its user has given up? */
    @Test
    @Rule("S9")
    void aDurableSubscribeThatItsUserCompletesLeavesNothingBehind() {
        assertLeavesNothingBehind(SubscribeOptions.DEFAULTS.withStart(Start.earliest()));
    }

    /** S9, of a group's member. If it fails: does a member go on that its user has given up? */
    @Test
    @Rule("S9")
    void aMembersSubscribeThatItsUserCompletesLeavesNothingBehind() {
        assumeGroups();
        assertLeavesNothingBehind(
                SubscribeOptions.DEFAULTS.withStart(Start.earliest()).withGroup("workers"));
    }

    private void assertLeavesNothingBehind(SubscribeOptions options) {
        Topic<String> topic = durable();
        Broker broker = connect("subscribeTimeout=1m");
        Inbox<String> live = subscribed(broker, topic());
        Inbox<String> unwanted = inbox();
        faults().cut();
        awaitDisconnected(broker);
        broker.subscribe(topic, options, unwanted).cancel(true);
        broker.subscribe(topic, options, unwanted).complete(null);
        broker.subscribe(topic, options, unwanted).completeExceptionally(new IllegalStateException("unwanted"));
        faults().restore();
        awaitOutages(live, 1);
        publishOnceUp(broker, topic, "begin");
        publishNumbers(broker, topic, 1, 3);
        assertThat(subscribed(broker, topic, options).awaitUpTo("3")).endsWith("1", "2", "3");
        assertThat(unwanted.arrivals()).isEmpty();
    }

    /** S8, the reverse: a live message that only durable subscriptions could have been meant to receive reaches nobody. */
    @Test
    @Rule("S8")
    void aLivePublishToWhatIsSubscribedToAsDurableIsToldOnce() {
        Topic<String> durable = durable();
        Broker broker = connect();
        Broker subscribing = connect();
        EventLog events = new EventLog(subscribing);
        Inbox<String> inbox = subscribed(subscribing, durable);
        Inbox<String> twice = subscribed(subscribing, durable);
        publishNumbers(broker, Topic.text(durable.name()), 1, 3);
        publish(broker, durable, "end");
        assertThat(inbox.awaitUpTo("end")).containsExactly("end");
        twice.awaitUpTo("end");
        await("an event", () -> !events.all(OtherKind.class).isEmpty());
        assertThat(events.all(OtherKind.class)).singleElement().satisfies(event -> {
            assertThat(event.topic()).isEqualTo(durable.name());
            assertThat(event.reason()).contains("published as live");
        });
    }

    /** A live and a durable topic of the same name are two topics; a mix-up is reported. */
    @Test
    @Rule({"S3", "S8"})
    void aLiveAndADurableTopicOfOneNameAreTwo() {
        Topic<String> durable = durable();
        Topic<String> live = Topic.text(durable.name());
        Broker broker = connect();
        Broker subscribing = connect();
        EventLog events = new EventLog(subscribing);
        Inbox<String> ofLive = subscribed(subscribing, live);
        Inbox<String> ofFilter = subscribed(subscribing, Topic.text(root() + ".*"));
        Inbox<String> ofDurable = subscribed(subscribing, durable);
        Inbox<String> twice = subscribed(subscribing, durable);
        publish(broker, live, "live 1");
        publishNumbers(broker, durable, 1, 3);
        publish(broker, live, "live 2");
        assertThat(ofLive.awaitUpTo("live 2")).containsExactly("live 1", "live 2");
        assertThat(ofFilter.awaitUpTo("live 2")).containsExactly("live 1", "live 2");
        assertThat(ofDurable.awaitUpTo("3")).isEqualTo(numbers(1, 3));
        assertThat(twice.awaitUpTo("3")).isEqualTo(numbers(1, 3));
        assertThat(ofLive.gaps()).isEmpty();
        await(
                "an event for each of two live subscriptions",
                () -> events.all(OtherKind.class).size() == 2);
        assertThat(events.all(OtherKind.class)).allMatch(event -> event.reason().contains("durable"));
    }

    /** S8: an option that is not possible fails the subscribe, and the message names it. */
    @Test
    @Rule("S8")
    void whatCannotBeDoneIsNamed() {
        Topic<String> durable = durable();
        Topic<String> live = topic();
        Broker broker = connect();
        SubscribeOptions options = SubscribeOptions.DEFAULTS;
        Topic<String> wildcard = Topic.text(root() + ".*").durable(Retention.count(1));
        assertUnsupported(broker.subscribe(wildcard, message -> {}), "wildcards");
        assertUnsupported(broker.subscribe(live, options.withStart(Start.last(1)), message -> {}), "live topic");
        assertUnsupported(broker.subscribe(live, options.withGroup("g"), message -> {}), "group");
        SubscribeOptions retries = options.withRetry(SubscribeOptions.Retry.DEFAULTS.withMaxDeliveries(2));
        assertUnsupported(broker.subscribe(durable, retries, message -> {}), "retries");
        assertUnsupported(broker.subscribe(durable, options.withPrefetch(4), message -> {}), "prefetch");
        assertUnsupported(broker.subscribe(live, options.withPrefetch(4), message -> {}), "prefetch");
        assertUnsupported(
                broker.subscribe(durable, options.withOverflow(Overflow.DROP_NEWEST), message -> {}), "DROP_NEWEST");
        assertUnsupported(broker.history(live, 1), "durable");
        subscribe(broker, live, options.withStart(Start.now()), message -> {}).close();
    }

    private void assertUnsupported(CompletableFuture<?> future, String named) {
        assertThat(failure(future, patience(), UnsupportedException.class)).hasMessageContaining(named);
    }

    /** S5: closing, also while the log is being read. */
    @Test
    @Rule("S5")
    void afterCloseNoMessageOfTheLogIsDelivered() {
        Topic<String> topic = durable();
        Broker broker = connect();
        publishNumbers(broker, topic, 1, 1_000);
        for (int round = 0; round < 20; round++) {
            Inbox<String> inbox = inbox();
            Subscription subscription =
                    subscribe(broker, topic, SubscribeOptions.DEFAULTS.withStart(Start.earliest()), inbox);
            inbox.await(1);
            subscription.close();
            int delivered = inbox.payloads().size();
            publish(broker, topic, "more");
            assertThat(inbox.payloads()).hasSize(delivered);
        }
    }

    /** C5. */
    @Test
    @Rule("C5")
    void afterCloseHistoryFails() {
        Topic<String> topic = durable();
        Broker broker = connect();
        Inbox<String> inbox = subscribed(broker, topic);
        publish(broker, topic, "1");
        inbox.await(1);
        broker.close();
        failure(broker.history(topic, 1), patience(), ClosedException.class);
        failure(broker.subscribe(topic, message -> {}), patience(), ClosedException.class);
        assertThat(inbox.arrivals()).noneMatch(Gap.class::isInstance);
    }
}
