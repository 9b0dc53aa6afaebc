package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Publisher;
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
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who comes in, or back, while much is said sees one stretch of the one sequence. */
abstract class BusyRoomContract extends SharedRoom {
    private static final int JOINS = 100;
    private static final int BURSTS = 4;
    private static final int BURST = 10;
    private static final int SENDERS = 5;
    private static final Duration AWAY = Duration.ofSeconds(3);
    /** Said meanwhile at least, however slow the machine. */
    private static final int MUCH = 300;

    BusyRoomContract(DurableRooms medium) {
        super(medium);
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

    private static void hearUpTo(String cid, ChatClient client, List<JsonNode> heard) {
        do {
            hear(client, heard, 1);
        } while (!heard.get(heard.size() - 1).path("cid").asString().equals(cid));
    }
}
