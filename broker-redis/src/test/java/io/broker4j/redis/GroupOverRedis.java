package io.broker4j.redis;

import static org.awaitility.Awaitility.await;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Groups.Member;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The group {@code g} of the log {@code t}, what two members of it do, and where its dead letters are. */
abstract class GroupOverRedis extends BehindProxy {
    static final Member ONE = new Member("t", "g", "one");
    static final Member TWO = new Member("t", "g", "two");
    static final Duration NOW = Duration.ZERO;

    Transports transports;
    Groups groups;

    @BeforeEach
    void openTransports() {
        transports = Transports.open(RestrictedRedis.uri(proxy));
        groups = Logs.groups(transports);
    }

    @AfterEach
    void closeTransports() {
        transports.close();
    }

    boolean created(Position after) {
        return Transports.get(groups.create("t", "g", after, OptionalLong.empty()));
    }

    List<Position> appended(String... payloads) {
        return Stream.of(payloads)
                .map(payload -> Logs.appended(transports, "t", payload))
                .toList();
    }

    Groups.Batch claimed(Member member, int max) {
        return Transports.get(groups.claim(member, max, Logs.MANY_BYTES));
    }

    Groups.Batch pending(Member member) {
        return Transports.get(groups.pending(member, Position.ORIGIN, 100));
    }

    Groups.Batch takenOver(Member member) {
        return Transports.get(groups.takeOver(member, NOW, 100));
    }

    Groups.Info info() {
        return Transports.get(groups.info("t", "g"));
    }

    CompletableFuture<OptionalLong> bury(Member member, Position position) {
        return groups.bury(member, position, "dead.g.t", Logs.frame("dead"), Retention.count(100));
    }

    String dead() {
        return redis.command("XLEN", "b4j:dead.g.t");
    }

    void awaitConnected() {
        await().atMost(Recorder.GENEROUS)
                .until(() -> Logs.of(transports)
                        .info("t")
                        .handle((info, failure) -> failure == null)
                        .join());
    }
}
