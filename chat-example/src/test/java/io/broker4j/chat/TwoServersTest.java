package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Health;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Servers that know nothing of each other but one medium. */
class TwoServersTest {
    private static final String ROOM = "\u202E<b>lobby";
    /** Order is the matter there, and the thorough leak detector makes thousands of messages at once slow. */
    private static final String PATIENT = "publishTimeout=20s";

    private static final int SENDERS = 5;
    private static final int MESSAGES = 200;

    @Test
    void everyClientEverywhereSeesTheSameSequenceInMemory() throws Exception {
        everyClientEverywhereSeesTheSameSequence("memory:" + UUID.randomUUID() + "?" + PATIENT);
    }

    @Test
    void everyClientEverywhereSeesTheSameSequenceOnRedis() throws Exception {
        try (RestrictedRedis redis = RestrictedRedis.start()) {
            everyClientEverywhereSeesTheSameSequence(redis.uri() + "?probe=off&" + PATIENT);
        }
    }

    @Test
    void aRoomCostsRedisOneSubscriptionPerServerHoweverManyClientsAreIn() throws Exception {
        try (RestrictedRedis redis = RestrictedRedis.start();
                Broker firstBroker = Broker.open(redis.uri());
                Broker secondBroker = Broker.open(redis.uri());
                ChatServer first = ChatServer.start(ChatConfig.local("n1"), firstBroker);
                ChatServer second = ChatServer.start(ChatConfig.local("n2"), secondBroker)) {
            List<ChatClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(in(first, "first " + i, ROOM));
                clients.add(in(second, "second " + i, ROOM));
            }
            String channel =
                    "b4j:" + RoomLog.topic(ROOM, Timings.DEFAULTS.idleRoom()).name();
            assertThat(redis.server().command("PUBSUB", "NUMSUB", channel)).isEqualTo(channel + "\n2");
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).leave(ROOM);
                clients.get(i).join(ROOM);
            }
            clients.forEach(client -> client.next("joined"));
            assertThat(redis.server().command("PUBSUB", "NUMSUB", channel)).isEqualTo(channel + "\n2");
            clients.forEach(ChatClient::close);
            Eventually.equal(channel + "\n0", () -> redis.server().command("PUBSUB", "NUMSUB", channel));
        }
    }

    @Test
    void redisLostAndBackIsToldAndHealsByItself() throws Exception {
        try (RestrictedRedis redis = RestrictedRedis.start();
                Broker firstBroker = Broker.open(redis.uri());
                Broker secondBroker = Broker.open(redis.uri());
                ChatServer first = ChatServer.start(ChatConfig.local("n1"), firstBroker);
                ChatServer second = ChatServer.start(ChatConfig.local("n2"), secondBroker);
                ChatClient ada = in(first, "Ada", ROOM);
                ChatClient bob = in(second, "Bob", ROOM)) {
            ada.send(ROOM, "c0", "soon lost");
            ada.next();
            ada.next();
            assertThat(bob.next("msg").path("cid").asString()).isEqualTo("c0");
            redis.server().kill();
            ada.send(ROOM, "c1", "into the void");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("unavailable");
            redis.server().restart();
            assertThat(ada.next("joined").path("recovered").asBoolean(true)).isFalse();
            assertThat(bob.next("joined").path("recovered").asBoolean(true)).isFalse();
            Eventually.equal(
                    Health.Status.UP, () -> firstBroker.health().publishing()); // heals after receiving, perhaps
            ada.send(ROOM, "c2", "back again");
            assertThat(bob.next("msg").path("cid").asString()).isEqualTo("c2");
        }
    }

    private static void everyClientEverywhereSeesTheSameSequence(String locator) throws Exception {
        ChatConfig unlimited = ChatConfig.local("n").withMessageRate(0, 1);
        try (Broker firstBroker = Broker.open(locator);
                Broker secondBroker = Broker.open(locator);
                ChatServer first = ChatServer.start(unlimited, firstBroker);
                ChatServer second = ChatServer.start(unlimited, secondBroker)) {
            List<ChatClient> clients = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                clients.add(in(first, "first " + i, ROOM));
                clients.add(in(second, "second " + i, ROOM));
            }
            List<CompletableFuture<Void>> sending = IntStream.range(0, clients.size())
                    .mapToObj(i -> CompletableFuture.runAsync(() -> sendAll(clients.get(i), i)))
                    .toList();
            List<String> sequence = received(clients.get(0));
            for (ChatClient other : clients.subList(1, clients.size())) {
                assertThat(received(other)).isEqualTo(sequence);
            }
            sending.forEach(CompletableFuture::join);
            assertThat(new HashSet<>(sequence)).hasSize(clients.size() * MESSAGES);
            clients.forEach(ChatClient::close);
        }
    }

    private static void sendAll(ChatClient client, int sender) {
        for (int i = 0; i < MESSAGES; i++) {
            client.send(ROOM, "s" + sender + "-" + i, "message " + i);
        }
    }

    private static List<String> received(ChatClient client) {
        List<String> sequence = new ArrayList<>();
        int acknowledged = 0;
        while (sequence.size() < 2 * SENDERS * MESSAGES || acknowledged < MESSAGES) {
            JsonNode frame = client.next();
            if (frame.path("t").asString().equals("msg")) {
                sequence.add(frame.toString());
            } else {
                assertThat(frame.path("t").asString()).as("type of %s", frame).isEqualTo("ack");
                acknowledged++;
            }
        }
        return sequence;
    }
}
