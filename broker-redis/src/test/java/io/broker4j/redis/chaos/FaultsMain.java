package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.FaultTable.Staged;
import io.broker4j.testkit.Direction;
import java.time.Duration;
import java.util.List;

/** Prints the table of {@code docs/faults.md}: each fault once, for real, with the defaults, and what came of it. */
final class FaultsMain {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration SHORT = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofSeconds(15);

    private FaultsMain() {}

    /** Runs all of them, or those whose names contain the argument. */
    public static void main(String... args) throws InterruptedException {
        String only = args.length == 0 ? "" : args[0];
        System.out.println(FaultTable.HEADER);
        for (Staged fault : faults()) {
            if (fault.name().contains(only)) {
                System.out.println(FaultTable.row(fault));
            }
        }
    }

    private static List<Staged> faults() {
        return List.of(
                new Staged("server killed (`kill -9`), started again", SHORT, (r, p) -> r.kill(), (r, p) -> {
                    r.restart();
                    FaultTable.admit(r);
                }),
                new Staged("server stopped (`SIGSTOP`)", LONG, (r, p) -> r.pause(), (r, p) -> r.resume()),
                new Staged("network cut, noticed by TCP", SHORT, (r, p) -> p.cut(), (r, p) -> p.restore()),
                new Staged(
                        "answers swallowed on their way",
                        LONG,
                        (r, p) -> p.stall(Direction.TO_CLIENT),
                        (r, p) -> p.unstall(Direction.TO_CLIENT)),
                new Staged(
                        "requests swallowed on their way",
                        LONG,
                        (r, p) -> p.stall(Direction.TO_SERVER),
                        (r, p) -> p.unstall(Direction.TO_SERVER)),
                new Staged(
                        "present connections forgotten by a firewall", AT_ONCE, (r, p) -> p.blackHole(), (r, p) -> {}),
                new Staged(
                        "subscribe connection killed (`CLIENT KILL TYPE pubsub`)",
                        AT_ONCE,
                        (r, p) -> r.command("CLIENT", "KILL", "TYPE", "pubsub"),
                        (r, p) -> {}),
                new Staged(
                        "publish connection killed (`CLIENT KILL TYPE normal`)",
                        AT_ONCE,
                        (r, p) -> r.command("CLIENT", "KILL", "TYPE", "normal"),
                        (r, p) -> {}),
                new Staged(
                        "server paused (`CLIENT PAUSE`)",
                        SHORT,
                        (r, p) -> r.command("CLIENT", "PAUSE", Long.toString(SHORT.toMillis()), "ALL"),
                        (r, p) -> {}),
                new Staged(
                        "output buffer limit hit",
                        AT_ONCE,
                        (r, p) -> {
                            r.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1kb 0 0");
                            r.command("PUBLISH", "b4j:" + FaultTable.TOPIC, "x".repeat(100_000));
                        },
                        (r, p) -> r.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32mb 8mb 60")),
                new Staged(
                        "right to publish taken away",
                        SHORT,
                        (r, p) -> r.command("ACL", "SETUSER", "app", "-publish"),
                        (r, p) -> r.command("ACL", "SETUSER", "app", "+publish")),
                new Staged(
                        "right to the channels taken away",
                        SHORT,
                        (r, p) -> r.command("ACL", "SETUSER", "app", "resetchannels"),
                        (r, p) -> r.command("ACL", "SETUSER", "app", "&b4j:*")),
                new Staged(
                        "password changed, connections killed",
                        SHORT,
                        (r, p) -> {
                            r.command("ACL", "SETUSER", "app", "resetpass", ">other");
                            r.command("CLIENT", "KILL", "USER", "app");
                        },
                        (r, p) -> r.command("ACL", "SETUSER", "app", "resetpass", ">secret")),
                new Staged(
                        "master made a replica",
                        SHORT,
                        (r, p) -> r.command("REPLICAOF", "127.0.0.1", Integer.toString(r.port())),
                        (r, p) -> r.command("REPLICAOF", "NO", "ONE")),
                new Staged("`FLUSHALL`", AT_ONCE, (r, p) -> r.command("FLUSHALL"), (r, p) -> {}),
                new Staged(
                        "memory full (`maxmemory 1`)",
                        SHORT,
                        (r, p) -> r.command("CONFIG", "SET", "maxmemory", "1"),
                        (r, p) -> r.command("CONFIG", "SET", "maxmemory", "0")));
    }
}
