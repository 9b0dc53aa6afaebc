package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Publisher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What two servers on one medium remember of a room, whatever the medium is. */
abstract class DurableRooms {
    private static final String ROOM = "\u202E<b>lobby";
    private static final Identity EVE = new Identity("0123456789abcdef", "Eve");
    private static final int SHOWN = 50;
    private static final int FRAME = 128 << 10;
    private static final int JOINS = 100;
    private static final int BURSTS = 4;
    private static final int BURST = 20;
    private static final int SENDERS = 5;
    private static final Duration AWAY = Duration.ofSeconds(3);
    /** Said meanwhile at least, however slow the machine. */
    private static final int MUCH = 300;

    private final List<Broker> brokers = new ArrayList<>();
    private final List<ChatServer> servers = new ArrayList<>();
    private ChatServer first;
    private ChatServer second;
    private Broker elsewhere;

    /** Of the medium; each test has one of its own. */
    abstract String locator();

    /** Forgets everything that was published to a topic. */
    abstract void forget(String topic) throws Exception;

    /** Forgets all but the newest. */
    abstract void forgetAllBut(int kept, String topic) throws Exception;

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
        Broker broker = Broker.open(locator() + "?publishTimeout=20s");
        brokers.add(broker);
        return broker;
    }

    private ChatServer server(ChatConfig config) throws Exception {
        ChatServer server = ChatServer.start(config.withHistory(SHOWN).withMessageRate(0, 1), broker());
        servers.add(server);
        return server;
    }

    private static String topic() {
        return RoomLog.topic(ROOM, Timings.DEFAULTS.idleRoom()).name();
    }

    /** Another program, or a server that has not heard that the message is there already. */
    private void append(byte[] message) {
        elsewhere
                .publisher(RoomLog.topic(ROOM, Timings.DEFAULTS.idleRoom()))
                .publish(message)
                .join();
    }

    private void append(String cid) {
        append(ServerFrames.msg(ROOM, 1, EVE, cid, "text of " + cid));
    }

    private static List<String> cids(Iterable<JsonNode> messages) {
        List<String> cids = new ArrayList<>();
        messages.forEach(message -> cids.add(message.path("cid").asString()));
        return cids;
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "c" + i).toList();
    }

    private static String p(JsonNode frame) {
        return frame.path("p").asString();
    }

    private static ChatClient guest(ChatServer server) {
        return in(server, "Guest");
    }

    private static JsonNode join(ChatClient client) {
        client.join(ROOM);
        return client.next("joined");
    }

    private static int bytes(JsonNode frame) {
        return frame.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void whoJoinsSeesTheLatestPageOldestFirstAndTheVeryMessagesThatWereLive() {
        List<JsonNode> live = new ArrayList<>();
        try (ChatClient ada = in(first, "Ada", ROOM);
                ChatClient late = guest(first);
                ChatClient elsewhereAndLate = guest(second)) {
            for (int i = 0; i < SHOWN + 10; i++) {
                append("c" + i);
                live.add(ada.next("msg"));
            }
            for (ChatClient each : List.of(late, elsewhereAndLate)) {
                JsonNode joined = join(each);
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                assertThat(joined.path("msgs")).containsExactlyElementsOf(live.subList(10, live.size()));
                assertThat(p(joined)).isEqualTo(p(live.get(live.size() - 1)));
            }
        }
    }

    @Test
    void alsoAnEmptyRoomHasAPlaceToComeBackTo() {
        String place;
        try (ChatClient ada = guest(first)) {
            JsonNode joined = join(ada);
            assertThat(joined.path("msgs")).isEmpty();
            place = p(joined);
        }
        try (ChatClient ada = guest(second)) {
            JsonNode joined = ada.resume(ROOM, place);
            assertThat(joined.path("recovered").asBoolean()).isTrue();
            assertThat(joined.path("msgs")).isEmpty();
        }
        numbered(0, 3).forEach(this::append);
        try (ChatClient ada = guest(second)) {
            JsonNode joined = ada.resume(ROOM, place);
            assertThat(joined.path("recovered").asBoolean()).isTrue();
            assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(0, 3));
        }
    }

    @Test
    void whoComesBackIsToldExactlyWhatItMissedFromTheTailOrFromTheLog() {
        try (ChatClient keeper = in(first, "Keeper", ROOM);
                ChatClient ada = in(first, "Ada", ROOM)) {
            List<JsonNode> live = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                append("c" + i);
                live.add(ada.next("msg"));
            }
            // The first server has it all in its tail, the second has only the latest page.
            for (ChatServer server : List.of(first, second)) {
                for (int heard : new int[] {0, 1, 100, 149, 150, 198, 199}) {
                    try (ChatClient back = guest(server)) {
                        JsonNode joined = back.resume(ROOM, p(live.get(heard)));
                        assertThat(joined.path("recovered").asBoolean()).isTrue();
                        assertThat(joined.path("msgs")).containsExactlyElementsOf(live.subList(heard + 1, 200));
                        assertThat(p(joined)).isEqualTo(p(live.get(199)));
                    }
                }
            }
            keeper.leave(ROOM);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nowhere", "0-1", "1-0", "99999999999999-0", "18446744073709551615-18446744073709551615"})
    void whatIsNoPlaceInThisRoomGivesTheLatestPage(String after) {
        numbered(0, 60).forEach(this::append);
        try (ChatClient ada = guest(first);
                ChatClient bob = guest(first)) {
            for (ChatClient each : List.of(ada, bob)) {
                JsonNode joined = each.resume(ROOM, after);
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(10, 60));
            }
            append("next");
            assertThat(cids(List.of(ada.next("msg"), bob.next("msg")))).containsOnly("next");
        }
    }

    @Test
    void aLogThatNoLongerReachesBackGivesTheLatestPage() throws Exception {
        try (ChatClient ada = in(first, "Ada", ROOM)) {
            numbered(0, 100).forEach(this::append);
            String early = p(ada.next("msg"));
            for (int i = 1; i < 100; i++) {
                ada.next("msg");
            }
            forgetAllBut(20, topic());
            try (ChatClient back = guest(second)) {
                JsonNode joined = back.resume(ROOM, early);
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(80, 100));
            }
        }
    }

    @Test
    void pagesLeadBackToTheBeginningAndSayWhereThatIs() {
        numbered(0, 205).forEach(this::append);
        try (ChatClient ada = guest(first)) {
            JsonNode joined = join(ada);
            List<String> seen = new ArrayList<>(cids(joined.path("msgs")));
            String before = p(joined.path("msgs").get(0));
            for (int limit : new int[] {1, 4, 50, 1_000}) {
                JsonNode page = ada.more(ROOM, before, limit);
                assertThat(page.path("end").asBoolean()).isEqualTo(limit == 1_000);
                assertThat(page.path("msgs")).hasSize(Math.min(limit, 100));
                seen.addAll(0, cids(page.path("msgs")));
                before = p(page.path("msgs").get(0));
            }
            assertThat(seen).isEqualTo(numbered(0, 205));
            JsonNode page = ada.more(ROOM, before, 10);
            assertThat(page.path("msgs")).isEmpty();
            assertThat(page.path("end").asBoolean()).isTrue();
        }
    }

    @Test
    void whatCannotBePagedIsRefused() {
        try (ChatClient ada = in(first, "Ada", ROOM)) {
            String more = "{\"t\":\"more\",\"r\":%s,\"before\":%s,\"limit\":%d}";
            ada.say(more.formatted("\"elsewhere\"", "\"7-0\"", 10));
            assertThat(ada.next("err").path("code").asString()).isEqualTo("not_joined");
            ada.say(more.formatted(ChatClient.quoted(ROOM), "\"x\"", 10));
            JsonNode err = ada.next("err");
            assertThat(err.path("code").asString()).isEqualTo("invalid");
            assertThat(err.path("r").asString()).isEqualTo(ROOM);
            ada.say(more.formatted(ChatClient.quoted(ROOM), "\"7-0\"", 0));
            assertThat(ada.next("err").path("code").asString()).isEqualTo("invalid");
        }
    }

    @Test
    void aLotIsToldInFramesOfBoundedSizeAndBeforeAnythingLive() {
        String large = "\uD83D\uDE80".repeat(2_000);
        String start;
        try (ChatClient ada = guest(first)) {
            start = p(join(ada));
            for (int i = 0; i < 120; i++) {
                append(ServerFrames.msg(ROOM, 1, EVE, "c" + i, large));
            }
        }
        try (ChatClient back = guest(second)) {
            JsonNode joined = back.resume(ROOM, start);
            assertThat(joined.path("recovered").asBoolean()).isTrue();
            assertThat(bytes(joined)).isBetween(FRAME - 20_000, FRAME);
            append("live");
            List<String> seen = new ArrayList<>(cids(joined.path("msgs")));
            while (seen.size() < 121) {
                seen.add(back.next("msg").path("cid").asString());
            }
            assertThat(seen.subList(0, 120)).isEqualTo(numbered(0, 120));
            assertThat(seen.get(120)).isEqualTo("live");
            JsonNode page = back.more(ROOM, p(joined), 100);
            assertThat(bytes(page)).isBetween(FRAME - 20_000, FRAME);
            assertThat(page.path("end").asBoolean(true)).isFalse();
        }
    }

    @Test
    void aMessageSentAgainOnWhateverServerIsOneAndEachAckNamesItsPlace() throws Exception {
        String key = "000102030405060708090a0b0c0d0e0f";
        try (ChatClient bob = in(second, "Bob", ROOM)) {
            String place;
            try (ChatClient ada = ChatClient.connect(first).introducedBy(key, "Ada")) {
                join(ada);
                ada.send(ROOM, "c1", "once");
                place = p(ada.await("ack"));
                assertThat(p(bob.next("msg"))).isEqualTo(place);
                ada.send(ROOM, "c1", "once");
                assertThat(p(ada.await("ack"))).isEqualTo(place);
            }
            for (ChatServer server : List.of(second, server(ChatConfig.local("restarted")))) {
                try (ChatClient ada = ChatClient.connect(server).introducedBy(key, "Ada")) {
                    assertThat(cids(join(ada).path("msgs"))).containsExactly("c1");
                    ada.send(ROOM, "c1", "once");
                    assertThat(p(ada.next("ack"))).isEqualTo(place);
                }
            }
            try (ChatClient somebodyElse = in(first, "Somebody else", ROOM)) {
                somebodyElse.send(ROOM, "c1", "another id, another message");
                assertThat(p(somebodyElse.await("ack"))).isNotEqualTo(place);
            }
            assertThat(bob.next("msg").path("text").asString()).startsWith("another id");
        }
    }

    /** Both are on their way before either has been read: both are in the log, and the log tells which one counts. */
    @Test
    void alsoOfTwoThatAreSentAtOnceEachAckNamesThePlaceOfTheFirst() {
        String key = "000102030405060708090a0b0c0d0e0f";
        try (ChatClient bob = in(second, "Bob", ROOM);
                ChatClient here = ChatClient.connect(first).introducedBy(key, "Ada");
                ChatClient there = ChatClient.connect(second).introducedBy(key, "Ada")) {
            join(here);
            join(there);
            for (String cid : numbered(0, 50)) {
                here.send(ROOM, cid, "once");
                there.send(ROOM, cid, "once");
                here.send(ROOM, cid, "once");
            }
            List<JsonNode> seen = new ArrayList<>();
            hear(bob, seen, 50);
            assertThat(cids(seen)).isEqualTo(numbered(0, 50));
            bob.hasHeardNothingElse();
            List<String> places = seen.stream().map(DurableRooms::placed).toList();
            assertThat(acks(there, 50)).containsExactlyInAnyOrderElementsOf(places);
            assertThat(acks(here, 2 * 50))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(places.stream(), places.stream()).toList());
        }
    }

    /** In any order: what is known already is acknowledged at once, before what is on its way. */
    private static List<String> acks(ChatClient client, int count) {
        return Stream.generate(() -> placed(client.await("ack"))).limit(count).toList();
    }

    private static String placed(JsonNode frame) {
        return frame.path("cid").asString() + " at " + p(frame);
    }

    @Test
    void theLaterEntryIsDroppedByEveryServerLiveAndInHistoryAndWhereverItBeginsToRead() throws Exception {
        try (ChatClient ada = in(first, "Ada", ROOM);
                ChatClient bob = in(second, "Bob", ROOM)) {
            numbered(0, 100).forEach(this::append);
            append("c10");
            append("c99");
            numbered(100, 120).forEach(this::append);
            List<JsonNode> live = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                live.add(ada.next("msg"));
                assertThat(bob.next("msg")).isEqualTo(live.get(i));
            }
            assertThat(cids(live)).isEqualTo(numbered(0, 120));
            for (ChatServer server : List.of(first, server(ChatConfig.local("later")))) {
                try (ChatClient late = guest(server)) {
                    JsonNode joined = join(late);
                    assertThat(cids(joined.path("msgs"))).isEqualTo(numbered(70, 120));
                    JsonNode page = late.more(ROOM, p(live.get(110)), 20);
                    assertThat(cids(page.path("msgs"))).isEqualTo(numbered(90, 110));
                    late.leave(ROOM);
                    assertThat(cids(late.resume(ROOM, p(live.get(95))).path("msgs")))
                            .isEqualTo(numbered(96, 120));
                    late.leave(ROOM);
                    assertThat(cids(late.resume(ROOM, p(live.get(20))).path("msgs")))
                            .isEqualTo(numbered(21, 120));
                }
            }
            ada.hasHeardNothingElse();
        }
    }

    @Test
    void whatAnotherProgramPutThereIsSkippedAndBreaksNobody() {
        append("hello from elsewhere".getBytes(StandardCharsets.UTF_8));
        append("c0");
        append(new byte[] {(byte) 0xFF});
        append(ServerFrames.msg("another room", 1, EVE, "c1", "x"));
        try (ChatClient ada = guest(first)) {
            JsonNode joined = join(ada);
            assertThat(cids(joined.path("msgs"))).containsExactly("c0");
            String place = p(joined);
            append(new byte[0]);
            append("c2");
            assertThat(ada.next("msg").path("cid").asString()).isEqualTo("c2");
            assertThat(first.rooms().skipped()).isEqualTo(1);
            try (ChatClient back = guest(second)) {
                JsonNode answer = back.resume(ROOM, place);
                assertThat(answer.path("recovered").asBoolean()).isTrue();
                assertThat(cids(answer.path("msgs"))).containsExactly("c2");
            }
            assertThat(ada.more(ROOM, place, 10).path("end").asBoolean()).isTrue();
        }
    }

    @Test
    void whenTheLogIsLostEverybodyIsToldAndNobodySeesAnythingTwice() throws Exception {
        try (ChatClient ada = in(first, "Ada", ROOM);
                ChatClient bob = in(second, "Bob", ROOM)) {
            append("c0");
            String place = p(ada.next("msg"));
            bob.next("msg");
            forget(topic());
            append("c1");
            for (ChatClient each : List.of(ada, bob)) {
                JsonNode joined = each.next("joined");
                assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                List<String> seen = new ArrayList<>(cids(joined.path("msgs")));
                if (seen.isEmpty()) {
                    seen.add(each.next("msg").path("cid").asString());
                }
                assertThat(seen).containsExactly("c1");
            }
            append("c2");
            assertThat(cids(List.of(ada.next("msg"), bob.next("msg")))).containsOnly("c2");
            try (ChatClient late = guest(first);
                    ChatClient lateElsewhere = guest(server(ChatConfig.local("later")))) {
                for (ChatClient each : List.of(late, lateElsewhere)) {
                    JsonNode joined = each.resume(ROOM, place);
                    assertThat(joined.path("recovered").asBoolean(true)).isFalse();
                    assertThat(cids(joined.path("msgs"))).containsExactly("c1", "c2");
                }
            }
        }
    }

    @Test
    void aRoomInWhichNobodySaysAnythingIsForgottenSomeDay() throws Exception {
        Timings forgetful = Timings.DEFAULTS.withIdleRoom(Duration.ofMillis(300));
        ChatServer server = server(ChatConfig.local("forgetful").withTimings(forgetful));
        try (ChatClient ada = in(server, "Ada", ROOM)) {
            ada.send(ROOM, "c1", "soon forgotten");
            ada.await("ack");
            ada.leave(ROOM);
        }
        Eventually.equal(0, () -> {
            try (ChatClient bob = guest(server)) {
                return join(bob).path("msgs").size();
            }
        });
    }

    /** One hundred clients come in while others talk: for each of them what it is told is one stretch of the one sequence. */
    @Test
    void whoeverJoinsWhileMuchIsSaidSeesNoHoleNoDuplicateAndNoInversion() {
        Semaphore bursts = new Semaphore(0);
        try (ChatClient keeper = in(first, "Keeper", ROOM)) {
            CompletableFuture<Void> talking = CompletableFuture.runAsync(() -> talk(keeper, bursts));
            String place = "";
            int heard = -1;
            for (int i = 0; i < JOINS; i++) {
                try (ChatClient guest = guest(i % 3 == 0 ? second : first)) {
                    bursts.release(BURSTS - 1);
                    boolean back = i > 0 && i % 2 == 0;
                    JsonNode joined = back ? guest.resume(ROOM, place) : join(guest);
                    bursts.release();
                    assertThat(joined.path("recovered").asBoolean()).isEqualTo(back);
                    List<String> seen = new ArrayList<>(cids(joined.path("msgs")));
                    for (int live = 0; live < BURST; live++) {
                        JsonNode message = guest.next("msg");
                        seen.add(message.path("cid").asString());
                        place = p(message);
                    }
                    int start = back ? heard + 1 : Integer.parseInt(seen.get(0).substring(1));
                    assertThat(seen).isEqualTo(numbered(start, start + seen.size()));
                    heard = start + seen.size() - 1;
                }
            }
            talking.join();
        }
    }

    /** As fast as it is heard, but not for longer than somebody comes in, so that whoever does is in the middle of it. */
    private void talk(ChatClient listener, Semaphore bursts) {
        Publisher<byte[]> publisher = elsewhere.publisher(RoomLog.topic(ROOM, Timings.DEFAULTS.idleRoom()));
        for (int said = 0; said < JOINS * BURSTS * BURST; said += BURST) {
            bursts.acquireUninterruptibly();
            for (String cid : numbered(said, said + BURST)) {
                publisher.publish(ServerFrames.msg(ROOM, 1, EVE, cid, "x"));
            }
            for (String cid : numbered(said, said + BURST)) {
                assertThat(listener.next("msg").path("cid").asString()).isEqualTo(cid);
            }
        }
    }

    /** Five senders on two servers; one listener is cut off for three seconds and comes back on the other server. */
    @Test
    void whoIsCutOffForSecondsWhileMuchIsSaidIsToldExactlyWhatItMissedOnTheOtherServer() {
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(SENDERS);
        try (ChatClient keeper = in(first, "Keeper", ROOM)) {
            List<JsonNode> seen = new ArrayList<>();
            try (ChatClient ada = in(first, "Ada", ROOM)) {
                for (int i = 0; i < SENDERS; i++) {
                    sayAgainAndAgain(clock, in(i % 2 == 0 ? first : second, "Sender " + i, ROOM));
                }
                hear(ada, seen, 100);
            }
            long cutOff = System.nanoTime();
            List<JsonNode> all = new ArrayList<>();
            hear(keeper, all, seen.size() + MUCH);
            hearUntil(cutOff + AWAY.toNanos(), keeper, all);
            try (ChatClient ada = guest(second)) {
                JsonNode joined = ada.resume(ROOM, p(seen.get(seen.size() - 1)));
                assertThat(joined.path("recovered").asBoolean()).isTrue();
                joined.path("msgs").forEach(seen::add);
                hear(ada, seen, 100);
                end(clock);
                append("end");
                hearUpTo("end", ada, seen);
                hearUpTo("end", keeper, all);
                assertThat(seen).isEqualTo(all).doesNotHaveDuplicates();
                ada.hasHeardNothingElse();
            }
        } finally {
            clock.shutdownNow();
        }
    }

    /** A hundred times a second; who gets no answer says nothing more. */
    private static void sayAgainAndAgain(ScheduledExecutorService clock, ChatClient sender) {
        AtomicInteger said = new AtomicInteger();
        Runnable say = () -> {
            sender.send(ROOM, "c" + said.getAndIncrement(), "from one of five");
            sender.await("ack");
        };
        clock.scheduleAtFixedRate(say, 0, 10, TimeUnit.MILLISECONDS);
    }

    private static void end(ExecutorService clock) {
        clock.shutdown();
        Eventually.equal(true, clock::isTerminated);
    }

    private static void hearUntil(long nanoTime, ChatClient client, List<JsonNode> heard) {
        while (System.nanoTime() - nanoTime < 0) {
            hear(client, heard, 1);
        }
    }

    private static void hear(ChatClient client, List<JsonNode> heard, int messages) {
        for (int i = 0; i < messages; i++) {
            heard.add(client.next("msg"));
        }
    }

    private static void hearUpTo(String cid, ChatClient client, List<JsonNode> heard) {
        do {
            hear(client, heard, 1);
        } while (!heard.get(heard.size() - 1).path("cid").asString().equals(cid));
    }
}
