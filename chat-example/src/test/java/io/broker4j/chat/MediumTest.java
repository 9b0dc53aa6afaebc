package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.broker4j.Broker;
import io.broker4j.Health;
import io.broker4j.Position;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Subscription;
import io.broker4j.inmemory.InMemoryMedium;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What clients notice of the medium. */
class MediumTest {
    private static final long PATIENCE_MS = TimeUnit.SECONDS.toMillis(ChatClient.PATIENCE_SECONDS);

    private final InMemoryMedium medium = InMemoryMedium.named(UUID.randomUUID().toString());
    private final Broker broker = Broker.open(medium.locator() + "?subscribeTimeout=200ms&publishTimeout=200ms");
    private final Broker watched = mock(Broker.class, delegatesTo(broker));
    private ChatServer server;

    @BeforeEach
    void start() throws Exception {
        server = ChatServer.start(ChatConfig.local("n1"), watched);
    }

    @AfterEach
    void stop() {
        server.close();
        broker.close();
        medium.close();
    }

    @Test
    @SuppressWarnings("unchecked")
    void aMessageIsAcknowledgedWhenTheMediumHasItAndNotBefore() {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        Publisher<byte[]> publisher = mock();
        doReturn(receipt).when(publisher).publish(any());
        doReturn(publisher).when(watched).publisher(any());
        try (ChatClient ada = in(server, "Ada", "a")) {
            ada.send("a", "c1", "hi");
            verify(publisher, timeout(PATIENCE_MS)).publish(any());
            ada.hasHeardNothingElse();
            receipt.complete(Receipt.of("a", "1", Position.of(7, 1)));
            JsonNode ack = ada.next("ack");
            assertThat(ack.path("cid").asString()).isEqualTo("c1");
            assertThat(ack.path("p").asString()).isEqualTo("7-1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheMediumDidNotTakeIsUnavailable(Outcome outcome) {
        try (ChatClient ada = in(server, "Ada", "a")) {
            medium.failNext(outcome);
            ada.send("a", "c1", "hi");
            JsonNode err = ada.await("err");
            assertThat(err.path("code").asString()).isEqualTo("unavailable");
            assertThat(err.path("cid").asString()).isEqualTo("c1");
            assertThat(err.path("r").asString()).isEqualTo("a");
            ada.send("a", "c2", "again");
            assertThat(ada.await("ack").path("cid").asString()).isEqualTo("c2");
        }
    }

    @Test
    void aMediumThatDoesNotAnswerIsUnavailableInTime() {
        try (ChatClient ada = in(server, "Ada", "a")) {
            medium.stall();
            ada.send("a", "c1", "hi");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("unavailable");
            medium.resume();
        }
    }

    @Test
    void aRoomThatCannotBeOpenedIsUnavailableAndMayBeTriedAgain() {
        try (ChatClient ada = in(server, "Ada");
                ChatClient bob = in(server, "Bob")) {
            medium.disconnect(broker);
            ada.join("a");
            bob.join("a");
            for (ChatClient each : new ChatClient[] {ada, bob}) {
                JsonNode err = each.next("err");
                assertThat(err.path("code").asString()).isEqualTo("unavailable");
                assertThat(err.path("r").asString()).isEqualTo("a");
            }
            assertThat(server.rooms().count()).isZero();
            medium.reconnect(broker);
            Eventually.equal(true, () -> broker.health().publishing() == Health.Status.UP);
            ada.join("a");
            ada.next("joined");
        }
    }

    @Test
    void whatIsSaidWhileThisServerIsCutOffIsReadAfterwards() {
        try (Broker elsewhere = Broker.open(medium.locator());
                ChatClient ada = in(server, "Ada", "a")) {
            medium.disconnect(broker);
            elsewhere
                    .publisher(RoomLog.topic("a", Timings.DEFAULTS.idleRoom()))
                    .publish(ServerFrames.msg("a", 1, new Identity("0123456789abcdef", "Eve"), "c", "x"))
                    .join();
            ada.hasHeardNothingElse();
            medium.reconnect(broker);
            assertThat(ada.next("msg").path("cid").asString()).isEqualTo("c");
        }
    }

    @Test
    void whatIsNoMessageOfThisChatIsCountedAndSkipped() {
        try (Broker foreign = Broker.open(medium.locator());
                ChatClient ada = in(server, "Ada", "a")) {
            Publisher<byte[]> publisher = foreign.publisher(RoomLog.topic("a", Timings.DEFAULTS.idleRoom()));
            publisher.publish("hello".getBytes(StandardCharsets.UTF_8)).join();
            publisher.publish(new byte[] {(byte) 0xFF}).join();
            publisher
                    .publish(ServerFrames.msg("b", 1, new Identity("0123456789abcdef", "Eve"), "c", "x"))
                    .join();
            publisher
                    .publish(ServerFrames.msg("a", 1, new Identity("0123456789abcdef", "Eve"), "c", "x"))
                    .join();
            assertThat(ada.next("msg").at("/from/name").asString()).isEqualTo("Eve");
            assertThat(server.rooms().skipped()).isEqualTo(3);
        }
    }

    @Test
    void manyClientsInARoomCostOneSubscription() {
        try (ChatClient ada = in(server, "Ada", "a");
                ChatClient bob = in(server, "Bob", "a");
                ChatClient eve = in(server, "Eve", "a")) {
            bob.leave("a");
            bob.join("a");
            bob.next("joined");
            ada.hasHeardNothingElse();
            eve.hasHeardNothingElse();
            verify(watched, times(1)).subscribe(any(), any(), any());
        }
    }

    @Test
    void aRoomLeftBeforeItWasOpenIsClosedAsSoonAsItIs() {
        CompletableFuture<Subscription> late = new CompletableFuture<>();
        Subscription subscription = mock();
        doReturn(late).when(watched).subscribe(any(), any(), any());
        try (ChatClient ada = in(server, "Ada")) {
            ada.join("a");
            verify(watched, timeout(PATIENCE_MS))
                    .subscribe(any(), any(), any()); // a room left earlier does not subscribe
            ada.leave("a");
            ada.hasHeardNothingElse();
            late.complete(subscription);
            verify(subscription, timeout(PATIENCE_MS)).close();
            ada.hasHeardNothingElse();
            assertThat(server.rooms().count()).isZero();
        }
    }

    @Test
    void aRoomIsNotOpenBeforeTheMediumSaysSo() {
        CompletableFuture<Subscription> late = new CompletableFuture<>();
        doReturn(late).when(watched).subscribe(any(), any(), any());
        try (ChatClient ada = in(server, "Ada")) {
            ada.join("a");
            ada.hasHeardNothingElse();
            ada.send("a", "c1", "too early");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("not_joined");
            late.complete(mock());
            ada.next("joined");
        }
    }

    @Test
    void aClosedBrokerIsUnavailable() {
        try (ChatClient ada = in(server, "Ada", "a")) {
            broker.close();
            ada.send("a", "c1", "hi");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("unavailable");
            ada.join("b");
            assertThat(ada.next("err").path("r").asString()).isEqualTo("b");
        }
    }
}
