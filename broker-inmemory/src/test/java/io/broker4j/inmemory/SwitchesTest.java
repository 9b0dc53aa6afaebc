package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Receipt;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What only this medium can do, beyond the contract. */
class SwitchesTest {
    private static final Topic<String> TOPIC = Topic.text("topic");

    private final Inbox<String> inbox = new Inbox<>();

    @Test
    void aLinkThatIsMendedInAStallTellsOfTheGapBeforeWhatTheStallHeldBack() throws Exception {
        try (InMemoryMedium medium = InMemoryMedium.named("stalled");
                Broker subscriber = Broker.open(medium.locator());
                Broker publisher = Broker.open(medium.locator())) {
            subscriber.subscribe(TOPIC, inbox).join();
            medium.disconnect(subscriber);
            medium.stall();
            medium.reconnect(subscriber);
            CompletableFuture<Receipt> heldBack = publisher.publisher(TOPIC).publish("held back");
            medium.resume();
            heldBack.get(10, TimeUnit.SECONDS);
            inbox.awaitUpTo("held back");
            assertThat(inbox.arrivals()).containsExactly(Gap.of(TOPIC.name(), Gap.Reason.DISCONNECTED), "held back");
        }
    }

    @Test
    void aLinkThatIsMendedInAStallHearsNothingBeforeTheGap() {
        try (InMemoryMedium medium = InMemoryMedium.named("held");
                Broker subscriber = Broker.open(medium.locator());
                Broker publisher = Broker.open(medium.locator())) {
            subscriber.subscribe(TOPIC, inbox).join();
            medium.inject(Faults.NONE.withReorder(1));
            publisher.publisher(TOPIC).publish("on its way").join();
            medium.disconnect(subscriber);
            medium.stall();
            medium.reconnect(subscriber);
            medium.inject(Faults.NONE);
            medium.resume();
            publisher.publisher(TOPIC).publish("end").join();
            inbox.awaitUpTo("end");
            assertThat(inbox.arrivals()).containsExactly(Gap.of(TOPIC.name(), Gap.Reason.DISCONNECTED), "end");
        }
    }

    @Test
    void aSubscriptionThatBeganInAStallHearsEverythingAfterItsLinkIsMended() {
        try (InMemoryMedium medium = InMemoryMedium.named("begun");
                Broker subscriber = Broker.open(medium.locator());
                Broker publisher = Broker.open(medium.locator())) {
            medium.stall();
            CompletableFuture<?> live = subscriber.subscribe(TOPIC, inbox);
            medium.disconnect(subscriber);
            medium.resume();
            assertThat(live).isNotDone();
            medium.reconnect(subscriber);
            live.join();
            publisher.publisher(TOPIC).publish("end").join();
            inbox.awaitUpTo("end");
            assertThat(inbox.arrivals()).containsExactly("end");
        }
    }

    @Test
    void whatIsDelayedEndsWithTheLastHoldOnTheMedium() throws Exception {
        Set<Thread> others = delaying();
        InMemoryMedium medium = InMemoryMedium.named("delayed");
        try (Broker broker = Broker.open(medium.locator())) {
            broker.subscribe(TOPIC, inbox).join();
            medium.inject(Faults.NONE.withDelay(Duration.ofHours(1)));
            broker.publisher(TOPIC).publish("late").join();
        }
        Set<Thread> ours = delaying();
        ours.removeAll(others);
        assertThat(ours).hasSize(1);
        medium.close();
        for (Thread thread : ours) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static Set<Thread> delaying() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("broker-memory-"))
                .collect(Collectors.toSet());
    }

    @Test
    void brokersOfOneMediumEncodeOrPassReferencesAllAlike() {
        try (InMemoryMedium medium = InMemoryMedium.named("mixed");
                Broker encoding = Broker.open(medium.locator())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Broker.open("memory:mixed?encode=false"))
                    .withMessage("memory:mixed is open with encode=true and cannot be opened with encode=false too:"
                            + " use one value for all its brokers, or another name");
            Broker.open(medium.locator()).close();
            encoding.subscribe(TOPIC, inbox).join();
        }
        Broker.open("memory:mixed?encode=false").close();
        Broker.open("memory:mixed?encode=true").close();
    }
}
