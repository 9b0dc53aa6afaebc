package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;

import io.broker4j.Broker;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/** A room on two servers of one medium, and what tests say and hear there. */
abstract class SharedRoom {
    static final String ROOM = "\u202E<b>lobby";
    static final Identity EVE = new Identity("0123456789abcdef", "Eve");
    static final int SHOWN = 50;

    final DurableRooms medium;
    ChatServer first;
    ChatServer second;
    Broker elsewhere;
    private final List<Broker> brokers = new ArrayList<>();
    private final List<ChatServer> servers = new ArrayList<>();

    SharedRoom(DurableRooms medium) {
        this.medium = medium;
    }

    @BeforeEach
    void start() throws Exception {
        first = server(ChatConfig.local("n1"));
        second = server(ChatConfig.local("n2"));
        elsewhere = broker();
    }

    @AfterEach
    void stop() {
        servers.forEach(ChatServer::close);
        brokers.forEach(Broker::close);
    }

    private Broker broker() {
        // The thorough leak detector makes thousands of messages at once slow.
        Broker broker = Broker.open(medium.locator() + "?publishTimeout=20s");
        brokers.add(broker);
        return broker;
    }

    ChatServer server(ChatConfig config) throws Exception {
        ChatServer server = ChatServer.start(config.withHistory(SHOWN).withMessageRate(0, 1), broker());
        servers.add(server);
        return server;
    }

    static String topic() {
        return RoomLog.topic(ROOM, Timings.DEFAULTS.idleRoom()).name();
    }

    /** Another program, or a server that has not heard that the message is there already. */
    void append(byte[] message) {
        elsewhere
                .publisher(RoomLog.topic(ROOM, Timings.DEFAULTS.idleRoom()))
                .publish(message)
                .join();
    }

    void append(String cid) {
        append(ServerFrames.msg(ROOM, 1, EVE, cid, "text of " + cid));
    }

    static List<String> cids(Iterable<JsonNode> messages) {
        List<String> cids = new ArrayList<>();
        messages.forEach(message -> cids.add(message.path("cid").asString()));
        return cids;
    }

    static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).toList();
    }

    static String p(JsonNode frame) {
        return frame.path("p").asString();
    }

    static ChatClient guest(ChatServer server) {
        return in(server, "Guest");
    }

    static JsonNode join(ChatClient client) {
        client.join(ROOM);
        return client.next("joined");
    }

    static void hear(ChatClient client, List<JsonNode> heard, int messages) {
        for (int i = 0; i < messages; i++) {
            heard.add(client.next("msg"));
        }
    }
}
