package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.HandlerFailed;
import io.broker4j.BrokerEvent.Undecodable;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A handler, executor or codec that throws ends nothing and affects no other subscription. */
abstract class DeliveryFailureContract extends ContractGroup {
    /** D3. If it fails: which catch is too narrow for an error, or ends the loop? */
    @Test
    @Rule("D3")
    void aHandlerThatThrowsIsReportedAndGoesOn() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        Topic<String> topic = topic();
        Inbox<String> neighbour = subscribed(broker, topic);
        for (SubscribeOptions options : List.of(SubscribeOptions.DEFAULTS, SubscribeOptions.DEFAULTS.inline())) {
            List<Throwable> thrown = List.of(
                    new Exception("checked"),
                    new IllegalStateException("unchecked"),
                    new AssertionError("error"),
                    new StackOverflowError("error"));
            for (Throwable one : thrown) {
                Inbox<String> inbox = this.<String>inbox().failWhen(payload -> payload.equals("2"), one);
                Subscription subscription = subscribe(broker, topic, options, inbox);
                publishNumbers(broker, topic, 1, 3);
                assertThat(inbox.await(3)).containsExactly("1", "2", "3");
                await(
                        "the failure is counted",
                        () -> subscription.stats().failed() == 1
                                && subscription.stats().delivered() == 2);
                await(
                        "the failure is reported",
                        () -> events.all(HandlerFailed.class).stream().anyMatch(event -> event.cause() == one));
                String failed = inbox.messages().get(1).id();
                assertThat(events.all(HandlerFailed.class))
                        .filteredOn(event -> event.cause() == one)
                        .containsExactly(new HandlerFailed(topic.name(), failed, one));
                assertThat(inbox.gaps()).isEmpty();
                subscription.close();
            }
        }
        assertThat(neighbour.await(24)).hasSize(24);
        assertThat(neighbour.gaps()).isEmpty();
    }

    /** D3: what {@code onGap} throws ends nothing either. */
    @Test
    @Rule("D3")
    void aHandlerThatThrowsAtAGapGoesOn() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = gated();
        subscribe(broker, topic, SubscribeOptions.DEFAULTS.withMaxMessages(1), new io.broker4j.Subscriber<String>() {
            @Override
            public void onMessage(Message<String> message) throws Exception {
                inbox.onMessage(message);
            }

            @Override
            public void onGap(Gap gap) {
                inbox.onGap(gap);
                throw new IllegalStateException("cannot cope with " + gap);
            }
        });
        Inbox<String> witness = subscribed(broker, topic);
        publish(broker, topic, "1");
        inbox.await(1);
        publishNumbers(broker, topic, 2, 10);
        witness.await(10); // so all have arrived
        inbox.open();
        inbox.awaitGap();
        publish(broker, topic, "end");
        inbox.awaitUpTo("end");
    }

    /**
     * D3, D4: an executor that fails is no better than a handler that does. If it fails: who catches what {@code execute}
     * throws, and is the mailbox tried again?
     */
    @Test
    @Rule({"D3", "D4"})
    void anExecutorThatThrowsConcernsItsSubscriptionOnlyAndNotForEver() {
        Broker broker = connect();
        Topic<String> topic = topic();
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "kit-own"));
        try {
            AtomicBoolean failed = new AtomicBoolean();
            Inbox<String> before = subscribed(broker, topic);
            Inbox<String> inbox = subscribed(broker, topic, SubscribeOptions.DEFAULTS.withExecutor(task -> {
                if (!failed.getAndSet(true)) {
                    throw new IllegalStateException("no task today");
                }
                executor.execute(task);
            }));
            Inbox<String> inline = subscribed(broker, topic, SubscribeOptions.DEFAULTS.inline());
            Inbox<String> after = subscribed(broker, topic, SubscribeOptions.DEFAULTS.withExecutor(executor));
            Inbox<String> far = subscribed(connect(), topic);
            publishNumbers(broker, topic, 1, 3);
            for (Inbox<String> one : List.of(before, inline, after, far, inbox)) {
                assertThat(one.await(3)).containsExactly("1", "2", "3");
                assertThat(one.gaps()).isEmpty();
            }
        } finally {
            executor.shutdown();
        }
    }

    /** D6. If it fails: who decodes, and who catches? */
    @Test
    @Rule("D6")
    void anUndecodablePayloadIsReportedAndSkipped() {
        Broker broker = connect();
        EventLog events = new EventLog(broker);
        String name = topic().name();
        Topic<byte[]> bytes = Topic.bytes(name);
        Topic<String> text = Topic.text(name);
        Inbox<byte[]> raw = subscribed(broker, bytes);
        Inbox<String> inbox = inbox();
        Subscription subscription = subscribe(broker, text, inbox);
        publish(broker, bytes, "good".getBytes(StandardCharsets.UTF_8));
        publish(broker, bytes, new byte[] {'b', 'a', 'd', (byte) 0xC3, 0x28});
        publish(broker, bytes, "end".getBytes(StandardCharsets.UTF_8));
        assertThat(inbox.awaitUpTo("end")).containsExactly("good", "end");
        raw.await(3);
        String id = raw.messages().get(1).id();
        await("the failure is reported", () -> !events.all(Undecodable.class).isEmpty());
        assertThat(events.all(Undecodable.class)).singleElement().satisfies(event -> {
            assertThat(event.topic()).isEqualTo(name);
            assertThat(event.messageId()).isEqualTo(id);
            assertThat(event.cause()).isInstanceOf(java.nio.charset.CharacterCodingException.class);
        });
        await("the failure is counted", () -> subscription.stats().failed() == 1);
    }
}
