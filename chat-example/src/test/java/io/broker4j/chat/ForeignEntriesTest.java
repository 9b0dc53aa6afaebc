package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Rooms into whose streams another program has written what no broker of ours can decode. */
class ForeignEntriesTest {
    private static final int FOREIGN = 700;
    private static final int MESSAGES = 60;
    private static final Identity EVE = new Identity("0123456789abcdef", "Eve");
    private static final String FILL = "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], '*', 'foreign', i) end";

    /** Quiet: there is an event for each entry, each time it is read. */
    private static final Logger EVENTS = Logger.getLogger("io.broker4j");

    private static RedisServer redis;

    private Broker broker;
    private ChatServer server;

    @BeforeAll
    static void begin() {
        redis = RedisServer.start();
        EVENTS.setLevel(Level.SEVERE);
    }

    @AfterAll
    static void end() {
        redis.close();
        EVENTS.setLevel(null);
    }

    @BeforeEach
    void start() throws Exception {
        redis.command("FLUSHALL");
        // Thousands of entries that cannot be decoded take long on a busy machine.
        broker = Broker.open(redis.uri() + "?subscribeTimeout=20s");
        server = server("n1");
    }

    @AfterEach
    void stop() {
        server.close();
        broker.close();
    }

    private ChatServer server(String node) throws Exception {
        return ChatServer.start(ChatConfig.local(node), broker);
    }

    private static void fill(String room, int entries) {
        String topic = RoomLog.topic(room, Timings.DEFAULTS.idleRoom()).name();
        redis.command("EVAL", FILL, "1", "b4j:" + topic, String.valueOf(entries));
    }

    private void append(String room, int from, int to) {
        var topic = RoomLog.topic(room, Timings.DEFAULTS.idleRoom());
        numbered(from, to)
                .forEach(cid -> broker.publisher(topic)
                        .publish(ServerFrames.msg(room, 1, EVE, cid, "text"))
                        .join());
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).toList();
    }

    private static List<String> cids(JsonNode frame) {
        return SharedRoom.cids(frame.path("msgs"));
    }

    private static String p(JsonNode frame) {
        return frame.path("p").asString();
    }

    @Test
    void aRoomWhoseNewestEntriesAreForeignOpensPagesBackAndGoesOn() throws Exception {
        append("a", 0, MESSAGES);
        fill("a", FOREIGN);
        try (ChatClient ada = in(server, "Ada")) {
            ada.join("a");
            JsonNode joined = ada.next("joined");
            List<String> seen = new ArrayList<>(cids(joined));
            assertThat(seen).isEqualTo(numbered(10, MESSAGES));
            JsonNode page = ada.more("a", p(joined.path("msgs").get(0)), 50);
            seen.addAll(0, cids(page));
            assertThat(seen).isEqualTo(numbered(0, MESSAGES));
            assertThat(page.path("end").asBoolean()).isTrue();
            ada.send("a", "live", "still alive");
            assertThat(ada.await("msg").path("cid").asString()).isEqualTo("live");
        }
    }

    @Test
    void aRoomOfNothingButForeignEntriesIsEmptyAndHasAPlaceToComeBackTo() throws Exception {
        fill("a", FOREIGN);
        try (ChatServer second = server("n2");
                ChatClient ada = in(server, "Ada");
                ChatClient elsewhere = in(second, "Ada")) {
            ada.join("a");
            JsonNode joined = ada.next("joined");
            assertThat(cids(joined)).isEmpty();
            append("a", 0, 3);
            assertThat(numbered(0, 3))
                    .allSatisfy(cid ->
                            assertThat(ada.next("msg").path("cid").asString()).isEqualTo(cid));
            JsonNode back = elsewhere.resume("a", p(joined));
            assertThat(back.path("recovered").asBoolean()).isTrue();
            assertThat(cids(back)).isEqualTo(numbered(0, 3));
        }
    }

    @Test
    void whoComesBackIsToldWhatStandsBetweenForeignEntries() throws Exception {
        append("a", 0, 1);
        try (ChatClient ada = in(server, "Ada")) {
            ada.join("a");
            String place = p(ada.next("joined"));
            ada.leave("a");
            for (int i = 1; i < MESSAGES; i += 2) {
                fill("a", 50);
                append("a", i, i + 2);
            }
            fill("a", FOREIGN);
            JsonNode joined = ada.resume("a", place);
            assertThat(joined.path("recovered").asBoolean()).isTrue();
            assertThat(cids(joined)).isEqualTo(numbered(1, MESSAGES + 1));
        }
    }

    @Test
    void pagesLeadBackPastMoreForeignEntriesThanAPageHas() throws Exception {
        append("a", 0, 30);
        fill("a", 1_500);
        append("a", 30, 90);
        try (ChatClient ada = in(server, "Ada")) {
            ada.join("a");
            JsonNode joined = ada.next("joined");
            List<String> seen = new ArrayList<>(cids(joined));
            JsonNode page = joined;
            while (!page.path("end").asBoolean()) {
                page = ada.more("a", p(page.path("msgs").get(0)), 20);
                assertThat(cids(page)).isNotEmpty();
                seen.addAll(0, cids(page));
            }
            assertThat(seen).isEqualTo(numbered(0, 90));
        }
    }

    /** Before it is open, nobody is in it: what the server is doing then must end too. */
    @Test
    void roomsOfForeignEntriesDelayNoOtherAndCostNothingWhenEverybodyHasLeft() throws Exception {
        int rooms = 8;
        IntStream.range(0, rooms).forEach(i -> fill("foreign " + i, 2_000));
        append("ordinary", 0, 5);
        try (ChatClient ada = in(server, "Ada");
                ChatClient bob = in(server, "Bob")) {
            IntStream.range(0, rooms).forEach(i -> ada.join("foreign " + i));
            bob.join("ordinary");
            assertThat(cids(bob.next("joined"))).isEqualTo(numbered(0, 5));
        }
        Eventually.equal(0, server::sessions);
        long[] last = {-1};
        await().atMost(Duration.ofSeconds(ChatClient.PATIENCE_SECONDS))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> last[0] == (last[0] = readsBack()));
    }

    private static long readsBack() {
        return redis.command("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_xrevrange:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*calls=(\\d+),.*", "$1")))
                .sum();
    }
}
