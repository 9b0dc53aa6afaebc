package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent.Connected;
import io.broker4j.BrokerEvent.Degraded;
import io.broker4j.BrokerEvent.Disconnected;
import io.broker4j.BrokerEvent.Restored;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A broker's health with and without faults, and how soon it notices a fault. */
abstract class HealthContract extends ContractGroup {
    /** How soon a link that is open but silent has been found (C2). */
    private static final Duration FOUND = Duration.ofSeconds(10);

    /** C3. If it fails: is receiving said to be up before anything has shown it? */
    @Test
    @Rule("C3")
    void receivingIsUnverifiedBeforeTheFirstSubscriptionAndUpOnceItIsShown() {
        Broker broker = connect();
        await("publishing up", () -> broker.health().publishing() == Status.UP);
        assertThat(broker.health().receiving()).isEqualTo(Status.UNVERIFIED);
        subscribed(broker, topic());
        awaitUp(broker);
        assertThat(broker.health().detail()).isEmpty();
    }

    /** C3. If it fails: does health ask the links themselves, or what was known of them before? */
    @Test
    @Rule("C3")
    void bothHalvesAreDownWhileTheLinkIsCutAndUpAfterIt() {
        Broker broker = connect();
        subscribed(broker, topic());
        awaitUp(broker);
        EventLog events = new EventLog(broker);
        faults().cut();
        awaitDown(broker, patience());
        assertThat(broker.health().detail()).isNotEmpty();
        await("an event that says so", () -> events.all(Disconnected.class).size() == 1);
        int connectedBefore = events.all(Connected.class).size();
        faults().restore();
        awaitUp(broker);
        await("an event that says so", () -> events.all(Connected.class).size() == connectedBefore + 1);
    }

    /** C2, C3. If it fails: which part notices that nothing arrives although no connection ends? */
    @Test
    @Rule({"C2", "C3"})
    void aMediumThatIsSilentIsFoundInTimeAndLeftBehindOnceItAnswers() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(broker, topic);
        awaitUp(broker);
        EventLog events = new EventLog(broker);
        faults().stall();
        awaitDown(broker, FOUND.plus(SLACK));
        await(
                "an event that says so",
                () -> !events.all(Disconnected.class).isEmpty()
                        || !events.all(Degraded.class).isEmpty());
        faults().restore();
        awaitUp(broker);
        await(
                "events that say so",
                () -> events.all(Connected.class).size()
                                >= events.all(Disconnected.class).size()
                        && events.all(Restored.class).size()
                                == events.all(Degraded.class).size());
        publish(connect(), topic, "after");
        inbox.awaitUpTo("after");
        assertThat(inbox.payloads()).containsExactly("after");
        assertThat(outages(inbox)).isLessThanOrEqualTo(1);
    }

    /** C3: although the link is up. If it fails: does health know which of the wanted channels are confirmed? */
    @Test
    @Rule("C3")
    void receivingIsNotUpWhileASubscribeIsNotConfirmed() {
        Broker broker = connect("subscribeTimeout=1m");
        subscribed(broker, topic());
        awaitUp(broker);
        faults().stall();
        CompletableFuture<Subscription> unconfirmed = broker.subscribe(topic(), inbox());
        await(SLACK, "receiving that is not up", () -> broker.health().receiving() != Status.UP);
        faults().restore();
        get(unconfirmed);
        awaitUp(broker);
    }

    private void awaitUp(Broker broker) {
        await("both halves up", () -> both(broker, Status.UP));
    }

    private static void awaitDown(Broker broker, Duration limit) {
        await(limit, "both halves down", () -> both(broker, Status.DOWN));
    }

    private static boolean both(Broker broker, Status status) {
        Health health = broker.health();
        return health.publishing() == status && health.receiving() == status;
    }
}
