package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What a subscription gets from its beginning on. */
abstract class SubscribingContract extends ContractGroup {

    /**
     * S1, S2. If it fails now and then: is the subscribe future completed by the medium's confirmation of this very topic, and
     * is whoever dispatches ready before the medium is asked?
     */
    @Test
    @Rule({"S1", "S2"})
    void whatAnotherBrokerPublishesRightAfterSubscribingArrives() {
        Broker subscribing = connect();
        Broker publishing = connect();
        for (int round = 0; round < 1_000; round++) {
            Topic<String> topic = topic();
            Inbox<String> inbox = inbox();
            Subscription subscription = subscribe(subscribing, topic, inbox);
            publishing.publisher(topic).publish("hello");
            assertThat(inbox.await(1)).containsExactly("hello");
            subscription.close();
        }
    }

    /** S1, S2, for wildcards. */
    @Test
    @Rule({"S1", "S2"})
    void whatAnotherBrokerPublishesRightAfterSubscribingWithWildcardsArrives() {
        Broker subscribing = connect();
        Broker publishing = connect();
        for (int round = 0; round < 100; round++) {
            String name = root() + ".w" + round;
            Inbox<String> inbox = inbox();
            Subscription subscription =
                    subscribe(subscribing, Topic.text(name + (round % 2 == 0 ? ".*" : ".>")), inbox);
            publishing.publisher(Topic.text(name + ".x")).publish("hello");
            assertThat(inbox.await(1)).containsExactly("hello");
            subscription.close();
        }
    }

    /** S1: what cannot be confirmed is not live. If it fails: is the future completed by having asked? */
    @Test
    @Rule("S1")
    void aSubscribeWaitsForTheMediumToConfirmIt() {
        Broker broker = connect("subscribeTimeout=1m");
        Topic<String> topic = topic();
        faults().cut();
        awaitDisconnected(broker);
        Inbox<String> inbox = inbox();
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic, inbox);
        assertThat(subscribing).as("a subscribe without a medium").isNotDone();
        faults().restore();
        get(subscribing);
        String last = publishOnceUp(connect(), topic, "last");
        inbox.awaitUpTo(last);
    }

    /** S2, D1, D8: joining publishers at full speed. If it fails: is a sender's first frame its baseline, and only that? */
    @Test
    @Rule("S2")
    void aSubscriptionThatBeginsWhileOthersPublishMissesNothingAfterwards() {
        Broker subscribing = connect();
        Topic<String> topic = topic();
        NumberStream stream = stream(connect().publisher(topic));
        List<Inbox<String>> inboxes = new ArrayList<>();
        List<Integer> firsts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Inbox<String> inbox = subscribed(i % 2 == 0 ? subscribing : connect(), topic);
            int first = stream.begun();
            stream.awaitProgress(50);
            inboxes.add(inbox);
            firsts.add(first);
        }
        stream.stop();
        for (int i = 0; i < inboxes.size(); i++) {
            int last = stream.lastReceipt();
            inboxes.get(i).awaitUpTo(Integer.toString(last));
            stream.check(inboxes.get(i).arrivals(), firsts.get(i));
        }
    }

    /** S3. If it fails: is a message handed out once per physical subscription instead of once per subscription? */
    @Test
    @Rule("S3")
    void eachSubscriptionGetsOneCopyHoweverManyFiltersMatch() {
        Broker broker = connect();
        Topic<String> topic = Topic.text(root() + ".a.b");
        List<String> filters = List.of(".a.b", ".a.b", ".a.*", ".*.b", ".*.*", ".>", ".>", ".a.>");
        List<Inbox<String>> inboxes = new ArrayList<>();
        for (Broker subscribing : List.of(broker, connect())) {
            for (String filter : filters) {
                inboxes.add(subscribed(subscribing, Topic.text(root() + filter)));
            }
        }
        publishNumbers(broker, topic, 1, 50);
        publish(broker, topic, "end");
        for (Inbox<String> inbox : inboxes) {
            assertThat(inbox.awaitUpTo("end")).startsWith("1").hasSize(51).doesNotHaveDuplicates();
        }
        publish(broker, topic, "end of end");
        for (Inbox<String> inbox : inboxes) {
            assertThat(inbox.awaitUpTo("end of end")).hasSize(52);
        }
    }

    /** S4. If it fails: is what comes back from the medium taken for an echo? */
    @Test
    @Rule("S4")
    void aBrokersOwnSubscriptionsReceiveItsMessages() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> own = subscribed(broker, topic);
        Inbox<String> ownByWildcard = subscribed(broker, Topic.text(root() + ".>"));
        Inbox<String> other = subscribed(connect(), topic);
        publishNumbers(broker, topic, 1, 20);
        for (Inbox<String> inbox : List.of(own, ownByWildcard, other)) {
            assertThat(inbox.await(20)).containsExactlyElementsOf(numbers(1, 20));
        }
    }

    /** S7: filter by filter, which of {@link #names} it stands for. If it fails: is there more than one matcher? */
    @Test
    @Rule("S7")
    void wildcardsMatchTheSameOnEveryTransport() {
        List<String> names = List.of(
                "a", "b", "ab", "A", "a-b", "a_b", "a/b", "a:b", "a.a", "a.b", "b.a", "a.b.c", "a.b.b", "b.a.b",
                "a.b.c.d");
        Map<String, List<String>> matches = new LinkedHashMap<>();
        matches.put("a", List.of("a"));
        matches.put("a.b", List.of("a.b"));
        matches.put("*", List.of("a", "b", "ab", "A", "a-b", "a_b", "a/b", "a:b"));
        matches.put(">", names);
        matches.put("a.*", List.of("a.a", "a.b"));
        matches.put("*.a", List.of("a.a", "b.a"));
        matches.put("*.*", List.of("a.a", "a.b", "b.a"));
        matches.put("a.>", List.of("a.a", "a.b", "a.b.c", "a.b.b", "a.b.c.d"));
        matches.put("a.*.b", List.of("a.b.b"));
        matches.put("*.*.b", List.of("a.b.b", "b.a.b"));
        matches.put("*.b.>", List.of("a.b.c", "a.b.b", "a.b.c.d"));
        matches.put("*.>", List.of("a.a", "a.b", "b.a", "a.b.c", "a.b.b", "b.a.b", "a.b.c.d"));
        matches.put("a.b.*.*", List.of("a.b.c.d"));
        matches.put("c.>", List.of());
        Broker broker = connect();
        Map<String, Inbox<String>> inboxes = new LinkedHashMap<>();
        matches.keySet().forEach(filter -> inboxes.put(filter, subscribed(broker, Topic.text(root() + "." + filter))));
        // Each also by a broker that has no other subscription, where nothing but the medium tells topics apart.
        Inbox<String> alone = subscribed(connect(), Topic.text(root() + ".*.b"));
        names.forEach(name -> publish(broker, Topic.text(root() + "." + name), name));
        inboxes.forEach((filter, inbox) -> publish(
                broker, Topic.text(root() + "." + filter.replace("*", "end").replace(">", "end")), "end"));
        publish(broker, Topic.text(root() + ".end.b"), "end");
        inboxes.forEach((filter, inbox) -> {
            List<String> received = inbox.awaitUpTo("end");
            assertThat(received.subList(0, received.size() - 1))
                    .as("topics that %s stands for", filter)
                    .containsExactlyInAnyOrderElementsOf(matches.get(filter));
            inbox.messages()
                    .subList(0, received.size() - 1)
                    .forEach(message -> assertThat(message.topic()).isEqualTo(root() + "." + message.payload()));
        });
        assertThat(alone.awaitUpTo("end")).containsExactly("a.b", "end");
    }

    /** S8: each option either does what it says or is refused by name. If it fails: what accepts an option and drops it? */
    @Test
    @Rule("S8")
    void whatIsAskedForIsDoneOrRefusedAsUnsupported() {
        Broker broker = connect();
        ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "kit-own"));
        try {
            List<SubscribeOptions> options = List.of(
                    SubscribeOptions.DEFAULTS,
                    SubscribeOptions.DEFAULTS.withMaxMessages(1),
                    SubscribeOptions.DEFAULTS.withMaxBytes(1),
                    SubscribeOptions.DEFAULTS.withOverflow(Overflow.DROP_NEWEST),
                    SubscribeOptions.DEFAULTS.withExecutor(own),
                    SubscribeOptions.DEFAULTS.inline());
            int n = 0;
            for (SubscribeOptions one : options) {
                for (String suffix : List.of("", ".*", ".>")) {
                    String name = root() + ".s" + n++;
                    Topic<String> published = Topic.text(suffix.isEmpty() ? name : name + ".x");
                    assertWorksOrIsRefused(broker, Topic.text(name + suffix), one, published);
                }
            }
        } finally {
            own.shutdown();
        }
    }

    private void assertWorksOrIsRefused(
            Broker broker, Topic<String> topic, SubscribeOptions options, Topic<String> published) {
        Inbox<String> inbox = inbox();
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic, options, inbox);
        if (get(subscribing.handle((live, failure) -> failure == null))) {
            publish(broker, published, "x");
            assertThat(inbox.await(1)).as("%s with %s", topic, options).containsExactly("x");
            get(subscribing).close();
        } else {
            assertThat(failure(subscribing, patience(), UnsupportedException.class))
                    .hasMessageMatching("(?s).*\\w.*");
        }
    }
}
