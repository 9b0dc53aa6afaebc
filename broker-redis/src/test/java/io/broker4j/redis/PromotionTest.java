package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Groups.Member;
import io.broker4j.testkit.Inbox;
import io.broker4j.testkit.OnTransport;
import io.broker4j.testkit.Rule;
import io.broker4j.testkit.TcpProxy;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A replica that becomes the master. One of Redis 7.0 has not been told how many entries a group has read. */
@OnTransport("redis")
class PromotionTest {
    private static final Member ONE = new Member("t", "g", "one");

    private final RestrictedRedis master = RestrictedRedis.startForLogs();
    private final RestrictedRedis replica = RestrictedRedis.startForLogs();

    @AfterEach
    void close() {
        master.close();
        replica.close();
    }

    private static void follow(RestrictedRedis follower, RestrictedRedis followed) {
        follower.command("REPLICAOF", "127.0.0.1", Integer.toString(followed.port()));
        await().atMost(Recorder.GENEROUS)
                .until(() -> follower.command("INFO", "replication").contains("master_link_status:up"));
    }

    /** Promotes the replica once it has everything: WAIT would look at the writes of its own connection only. */
    private void promote() {
        master.command("SET", "written", "last");
        await().atMost(Recorder.GENEROUS)
                .until(() -> replica.command("GET", "written").equals("last"));
        replica.command("REPLICAOF", "NO", "ONE");
    }

    /** Of 20 entries a group reads some, and the log keeps the newest ones. */
    private void read(int entries, int kept) {
        follow(replica, master);
        try (Transports transports = Transports.open(master.uri())) {
            Groups groups = Logs.groups(transports);
            Transports.get(groups.create("t", "g", Position.ORIGIN, OptionalLong.of(0)));
            append(transports, 1, 20);
            assertThat(Transports.get(groups.claim(ONE, entries, Logs.MANY_BYTES))
                            .entries())
                    .hasSize(entries);
            master.command("XTRIM", "b4j:t", "MAXLEN", Integer.toString(kept));
        }
        promote();
    }

    private static void append(Transports transports, int first, int last) {
        IntStream.rangeClosed(first, last).forEach(number -> Logs.appended(transports, "t", Integer.toString(number)));
    }

    private static void assertClaimed(Groups groups, int max, long trimmed, String... entries) {
        Groups.Batch batch = Transports.get(groups.claim(ONE, max, Logs.MANY_BYTES));
        assertThat(batch.trimmed()).isEqualTo(trimmed);
        assertThat(Logs.texts(batch)).containsExactly(entries);
    }

    @Test
    @Rule("L10")
    void aGroupThatHadReadEverythingIsToldOfNoLoss() {
        read(20, 10);
        try (Transports transports = Transports.open(replica.uri())) {
            Groups groups = Logs.groups(transports);
            assertClaimed(groups, 10, 0);
            assertThat(Transports.get(groups.info("t", "g")).undelivered()).isZero();
            append(transports, 21, 23);
            replica.command("XTRIM", "b4j:t", "MAXLEN", "1");
            assertClaimed(groups, 10, 2, "23#1");
        }
    }

    @Test
    @Rule("L10")
    void aGroupThatHadNotReadEverythingIsToldOfWhatIsLostAfterwardsOnly() {
        read(12, 10);
        try (Transports transports = Transports.open(replica.uri())) {
            Groups groups = Logs.groups(transports);
            assertClaimed(groups, 1, 0, "13#1");
            replica.command("XTRIM", "b4j:t", "MAXLEN", "2");
            assertClaimed(groups, 10, 5, "19#1", "20#1");
        }
    }

    @Test
    @Rule("L10")
    void aGroupThatHadReadEverythingBeforeAnythingWasDroppedIsToldOfNoLoss() {
        read(20, 20);
        try (Transports transports = Transports.open(replica.uri())) {
            append(transports, 21, 23);
            assertNoLossIsTold(transports, replica, "21#1", "22#1", "23#1");
        }
    }

    @Test
    @Rule("L10")
    void aLookAtTheGroupInBetweenDoesNotHideThatItIsTheReplicaOfBefore() {
        read(20, 20);
        try (Transports transports = Transports.open(replica.uri())) {
            Transports.get(Logs.groups(transports).info("t", "g"));
            append(transports, 21, 23);
            assertNoLossIsTold(transports, replica, "21#1", "22#1", "23#1");
        }
    }

    /** The replica knows how many entries the group had read when it was created, and no more. */
    @Test
    @Rule("L10")
    void aGroupThatBeganInTheMiddleIsToldOfNoLoss() {
        follow(replica, master);
        try (Transports transports = Transports.open(master.uri())) {
            Groups groups = Logs.groups(transports);
            append(transports, 1, 4);
            Position five = Logs.appended(transports, "t", "5");
            Transports.get(groups.create("t", "g", five, OptionalLong.of(5)));
            append(transports, 6, 20);
            assertClaimed(groups, 13, 0, numbered(6, 18));
            master.command("XTRIM", "b4j:t", "MAXLEN", "18");
        }
        promote();
        try (Transports transports = Transports.open(replica.uri())) {
            assertNoLossIsTold(transports, replica, "19#1", "20#1");
        }
    }

    /** It reads, all is dropped, and it reads again. */
    private static void assertNoLossIsTold(Transports transports, RestrictedRedis server, String... next) {
        Groups groups = Logs.groups(transports);
        assertClaimed(groups, next.length, 0, next);
        server.command("XTRIM", "b4j:t", "MAXLEN", "0");
        append(transports, 24, 24);
        assertClaimed(groups, 10, 0, "24#1");
    }

    private static String[] numbered(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> number + "#1")
                .toArray(String[]::new);
    }

    /** The server of the broker takes over the state of its replica of before. */
    @Test
    @Rule("L10")
    void whatWasLearnedFromTheMasterIsForgottenWithTheLinkToIt() {
        follow(replica, master);
        try (TcpProxy proxy = TcpProxy.to(master.port());
                Transports transports = Transports.open(RestrictedRedis.uri(proxy))) {
            Groups groups = Logs.groups(transports);
            Transports.get(groups.create("t", "g", Position.ORIGIN, OptionalLong.of(0)));
            append(transports, 1, 20);
            assertClaimed(groups, 20, 0, numbered(1, 20));
            promote();
            master.command("SET", "written", "by both");
            follow(master, replica);
            master.command("REPLICAOF", "NO", "ONE");
            proxy.cut();
            proxy.restore();
            await().atMost(Recorder.GENEROUS)
                    .ignoreExceptions()
                    .until(() -> Logs.of(transports)
                                    .append("t", Logs.frame("21"), Logs.KEEP)
                                    .join()
                            != null);
            append(transports, 22, 23);
            await().atMost(Recorder.GENEROUS)
                    .ignoreExceptions()
                    .until(() -> Logs.of(transports).info("t").join() != null);
            assertNoLossIsTold(transports, master, "21#1", "22#1", "23#1");
        }
    }

    /** The server of the broker takes over the state of one that lags behind, and is its successor. */
    @Test
    @Rule({"L7", "L10"})
    void aReaderThatWasAheadIsToldAndGivenNothingAgain() {
        Topic<String> topic = Topic.text("led").durable(Retention.count(100));
        try (Broker broker = Broker.open(master.uri())) {
            Inbox<String> inbox = new Inbox<>(Recorder.GENEROUS);
            broker.subscribe(topic, inbox).join();
            follow(replica, master);
            IntStream.rangeClosed(1, 5)
                    .forEach(number ->
                            broker.publisher(topic).publish("kept " + number).join());
            promote();
            broker.publisher(topic).publish("lost").join();
            inbox.awaitUpTo("lost");
            follow(master, replica);
            master.command("REPLICAOF", "NO", "ONE");
            inbox.awaitGap();
            await().atMost(Recorder.GENEROUS)
                    .ignoreExceptions()
                    .until(() -> broker.publisher(topic).publish("new").join() != null);
            inbox.awaitUpTo("new");
            assertThat(inbox.payloads())
                    .containsExactly("kept 1", "kept 2", "kept 3", "kept 4", "kept 5", "lost", "new");
            assertThat(inbox.gaps()).containsExactly(Gap.of(topic.name(), Reason.RESET));
        }
    }
}
