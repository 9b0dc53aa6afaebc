package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What subscriptions receive when the link or the medium fails. */
abstract class InterruptionContract extends ContractGroup {

    /** C1. If it fails: which part subscribes again to every wanted topic, and when does it give up? */
    @Test
    @Rule("C1")
    void afterEveryOutageEverySubscriptionIsLiveAgain() {
        assertLiveAgain(3, this::outage);
    }

    /** C1: a medium that has forgotten everything. */
    @Test
    @Rule("C1")
    void afterARestartOfTheMediumEverySubscriptionIsLiveAgain() {
        assertLiveAgain(2, faults()::restart);
    }

    private void outage() {
        faults().cut();
        faults().restore();
    }

    private void assertLiveAgain(int outages, Runnable outage) {
        Broker broker = connect();
        Map<Topic<String>, Inbox<String>> inboxes = subscribedToMany(broker);
        Topic<String> unwanted = topic();
        Inbox<String> closed = inbox();
        subscribe(broker, unwanted, closed).close();
        for (int i = 1; i <= outages; i++) {
            String text = "after outage " + i;
            outage.run();
            inboxes.forEach((topic, inbox) -> await("a message on " + topic, () -> {
                outcome(broker.publisher(published(topic)).publish(text));
                return inbox.payloads().contains(text);
            }));
            publish(broker, unwanted, "unwanted");
        }
        assertThat(closed.payloads()).isEmpty();
    }

    private Map<Topic<String>, Inbox<String>> subscribedToMany(Broker broker) {
        Map<Topic<String>, Inbox<String>> inboxes = new LinkedHashMap<>();
        for (String suffix : List.of(".*", ".>", ".x", "", "", "", "", "", "", "")) {
            Topic<String> topic = Topic.text(topic().name() + suffix);
            inboxes.put(topic, subscribed(broker, topic));
        }
        return inboxes;
    }

    /** C1, with the default poll. If it fails: who wakes a reader that waits out a pause, when the medium answers again? */
    @Test
    @Rule("C1")
    void afterAnOutageDurableSubscriptionsReceiveAboutAsSoonAsLiveOnes() {
        Broker broker = connect();
        Broker other = connect();
        Topic<String> live = topic();
        Inbox<String> heard = subscribed(broker, live);
        Map<Topic<String>, Inbox<String>> durables = new LinkedHashMap<>();
        for (int i = 0; i < 10; i++) {
            Topic<String> topic = durable();
            durables.put(topic, subscribed(broker, topic));
        }
        isolate(broker, Duration.ofSeconds(2));
        durables.keySet().forEach(topic -> publish(other, topic, "missed"));
        await("a live message", () -> {
            publish(other, live, "live");
            return !heard.payloads().isEmpty();
        });
        await(
                Duration.ofSeconds(1).plus(SLACK.dividedBy(4)),
                "what durable topics kept",
                () -> durables.values().stream()
                        .allMatch(inbox -> inbox.payloads().contains("missed")));
    }

    private void isolate(Broker broker, Duration outage) {
        faults().isolate(broker);
        long end = System.nanoTime() + outage.toNanos();
        await("the end of an outage", () -> System.nanoTime() > end);
        faults().restore();
    }

    /** A topic that another, perhaps with wildcards, stands for. */
    private static Topic<String> published(Topic<String> topic) {
        return Topic.text(topic.name().replace("*", "x").replace(">", "x"));
    }

    /** D8. If it fails: is the gap put into the mailbox between what came over the old link and what comes over the new? */
    @Test
    @Rule("D8")
    void everySubscriptionIsToldOnceOfEachOutageBeforeAnythingElse() {
        assertTold(3, this::outage);
    }

    /** D8: an outage that lasts until it is noticed. */
    @Test
    @Rule("D8")
    void everySubscriptionIsToldOnceOfALongerOutageBeforeAnythingElse() {
        Broker probing = connect();
        assertTold(2, () -> {
            faults().cut();
            awaitDisconnected(probing);
            faults().restore();
        });
    }

    /** D8: a medium that has forgotten everything. */
    @Test
    @Rule("D8")
    void everySubscriptionIsToldOnceOfARestartBeforeAnythingElse() {
        assertTold(2, faults()::restart);
    }

    private void assertTold(int outages, Runnable outage) {
        Broker other = connect();
        List<Told> all = new ArrayList<>();
        subscribedToMany(connect()).forEach((topic, inbox) -> all.add(new Told(topic, inbox, new ArrayList<>())));
        for (int i = 1; i <= outages; i++) {
            outage.run();
            for (Told told : all) {
                awaitOutages(told.inbox, i);
                String payload = publishOnceUp(other, published(told.topic), "outage" + i + "-");
                told.inbox.awaitUpTo(payload);
                told.expected.addAll(List.of(Gap.of(told.topic.name(), Reason.DISCONNECTED), payload));
            }
        }
        for (Told told : all) {
            assertThat(withoutFailed(told.inbox.arrivals(), told.expected))
                    .as("arrivals at %s", told.topic)
                    .containsExactlyElementsOf(told.expected);
        }
    }

    private record Told(Topic<String> topic, Inbox<String> inbox, List<Object> expected) {}

    /** Without messages whose publish failed {@code UNKNOWN} and which were received, or announced as missing. */
    private static List<Object> withoutFailed(List<Object> arrivals, List<Object> expected) {
        return arrivals.stream()
                .filter(arrival ->
                        arrival instanceof Gap gap ? gap.reason() == Reason.DISCONNECTED : expected.contains(arrival))
                .toList();
    }

    /** C1: for two subscriptions to one topic, and for those made and closed while the link is down. */
    @Test
    @Rule("C1")
    void whatIsAskedForDuringAnOutageHoldsAfterIt() {
        Broker broker = connect("subscribeTimeout=1m");
        Topic<String> topic = topic();
        Inbox<String> before = subscribed(broker, topic);
        Inbox<String> closing = inbox();
        Subscription toClose = subscribe(broker, topic, closing);
        Topic<String> alone = topic();
        Inbox<String> closingAlone = inbox();
        Subscription aloneToClose = subscribe(broker, alone, closingAlone);
        faults().cut();
        awaitDisconnected(broker);
        Inbox<String> during = inbox();
        CompletableFuture<Subscription> subscribing = broker.subscribe(topic(), during);
        Inbox<String> shared = inbox();
        CompletableFuture<Subscription> sharing = broker.subscribe(topic, shared);
        toClose.close();
        aloneToClose.close();
        faults().restore();
        Subscription made = get(subscribing);
        get(sharing);
        awaitOutages(before, 1);
        Broker other = connect();
        String last = publishOnceUp(other, topic, "last");
        String made1 = publishOnceUp(other, Topic.text(made.topic()), "made");
        publishOnceUp(other, alone, "unwanted");
        assertThat(before.awaitUpTo(last)).containsExactly(last);
        assertThat(shared.awaitUpTo(last)).containsExactly(last);
        assertThat(during.awaitUpTo(made1)).containsExactly(made1);
        publish(other, topic, "end");
        before.awaitUpTo("end");
        assertThat(closing.payloads())
                .as("received by a subscription closed during the outage")
                .isEmpty();
        assertThat(closingAlone.payloads())
                .as("received by a subscription closed during the outage")
                .isEmpty();
    }

    /** D7, D8: every receipt's message arrives or lies in a gap, none arrives twice, while brokers come and go. */
    @Test
    @Rule({"D7", "D8"})
    void aStreamIsReceivedOnceInOrderAndWithoutAnUnannouncedHoleThroughOutages() {
        Broker broker = connect();
        Topic<String> topic = topic();
        List<Inbox<String>> inboxes = List.of(
                subscribed(broker, topic), subscribed(broker, Topic.text(root() + ".>")), subscribed(connect(), topic));
        NumberStream stream = stream(connect("publishTimeout=300ms").publisher(topic));
        for (int outage = 1; outage <= 3; outage++) {
            stream.awaitProgress(50);
            faults().cut();
            faults().restore();
            for (Inbox<String> inbox : inboxes) {
                awaitOutages(inbox, outage);
            }
        }
        stream.awaitReceipts(50);
        stream.stop();
        for (Inbox<String> inbox : inboxes) {
            inbox.awaitUpTo(Integer.toString(stream.lastReceipt()));
            stream.check(inbox.arrivals(), 0);
            assertThat(outages(inbox)).isEqualTo(3);
        }
    }

    /** D7: a failed publish that nobody received leaves no duplicate and no message behind. */
    @Test
    @Rule("D7")
    void theNextPublishAfterAnOutageIsReceivedOnce() {
        Broker broker = connect("publishTimeout=1m");
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        publish(broker, topic, "before");
        inbox.await(1);
        faults().cut();
        awaitDisconnected(broker);
        faults().restore();
        awaitOutages(inbox, 1);
        String last = publishOnceUp(broker, topic, "after");
        inbox.awaitUpTo(last);
        publish(broker, topic, "end");
        assertThat(inbox.awaitUpTo("end"))
                .startsWith("before")
                .endsWith(last, "end")
                .doesNotHaveDuplicates();
    }

    /** D8, D7. If it fails: does a frame of the old link arrive after {@code renewed}? */
    @Test
    @Rule({"D7", "D8"})
    void nothingOfTheOldLinkArrivesAfterTheGap() {
        Broker publishing = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        for (int outage = 1; outage <= 5; outage++) {
            publishNumbers(publishing, topic, 10 * outage, 10 * outage + 9);
            faults().cut();
            faults().restore();
            awaitOutages(inbox, outage);
            inbox.awaitUpTo(publishOnceUp(publishing, topic, "after" + outage + "-"));
        }
        List<String> late = new ArrayList<>();
        int outages = 0;
        for (Object arrival : inbox.arrivals()) {
            boolean isOutage = arrival instanceof Gap gap && gap.reason() == Gap.Reason.DISCONNECTED;
            outages += isOutage ? 1 : 0;
            if (arrival instanceof String text && text.matches("\\d+") && Integer.parseInt(text) / 10 <= outages) {
                late.add(text + " after outage " + outages);
            }
        }
        assertThat(late).isEmpty();
    }
}
