package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.spi.Locator;
import io.broker4j.testkit.ScriptedServer;
import io.lettuce.core.RedisCommandExecutionException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pauses between attempts are endless here, so only a sign of life can end one. */
class LinkKeeperTest {
    private final Tasks tasks = new Tasks(ConnectionSettings.threads());
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger ups = new AtomicInteger();
    private final AtomicInteger downs = new AtomicInteger();

    @AfterEach
    void closeTasks() {
        tasks.close(Duration.ofSeconds(5));
    }

    private LinkKeeper<CommandLink> keeper(Supplier<CompletableFuture<CommandLink>> opener) {
        LinkKeeper.Owner<CommandLink> owner = new LinkKeeper.Owner<>() {
            @Override
            public void linkUp(CommandLink link) {
                ups.incrementAndGet();
            }

            @Override
            public void linkDown(String reason) {
                downs.incrementAndGet();
            }
        };
        RandomGenerator endless = new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public long nextLong(long bound) {
                return Duration.ofDays(1).toMillis();
            }

            @Override
            public long nextLong(long origin, long bound) {
                return 0;
            }
        };
        Supplier<CompletableFuture<CommandLink>> counted = () -> {
            attempts.incrementAndGet();
            return opener.get();
        };
        return new LinkKeeper<>(counted, owner, tasks, endless);
    }

    private static void awaitCount(AtomicInteger counter, int count) {
        Recorder.eventually().untilAsserted(() -> assertThat(counter).hasValue(count));
    }

    /** Waits until a pause that was ended has led to an attempt. */
    private void awaitTasks() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        tasks.run(() -> tasks.run(() -> done.complete(null)));
        Transports.get(done);
    }

    @Test
    void eachNewLinkEndsOnePauseOfALinkThatCannotBeOpened() {
        LinkKeeper<CommandLink> keeper =
                keeper(() -> failed(new RedisCommandExecutionException("ERR max number of clients reached")));
        keeper.start();
        awaitCount(downs, 1);
        keeper.hasten();
        awaitCount(downs, 2);
        keeper.hasten();
        awaitCount(downs, 3);
        awaitTasks();
        assertThat(attempts).hasValue(3);
        Transports.get(keeper.stop());
    }

    @Test
    void hearingTheServerEndsThePauseOfALinkThatNothingAnswered() {
        LinkKeeper<CommandLink> keeper = keeper(() -> failed(new ConnectException("says this test")));
        keeper.start();
        awaitCount(downs, 1);
        keeper.heard();
        awaitCount(downs, 2);
        Transports.get(keeper.stop());
    }

    /** A server or proxy may keep its connections and reset every new one, and must not be asked all the time. */
    @Test
    void hearingTheServerHastensFewAttemptsInARow() {
        LinkKeeper<CommandLink> keeper = keeper(() -> failed(new ConnectException("says this test")));
        keeper.start();
        for (int failed = 1; failed <= 6; failed++) {
            awaitCount(downs, failed);
            keeper.heard();
        }
        awaitTasks();
        assertThat(attempts).hasValue(6);
        Transports.get(keeper.stop());
    }

    /** Otherwise a password that has changed would be tried several times a second. */
    @Test
    void hearingTheServerDoesNotEndThePauseOfALinkThatItRefused() {
        LinkKeeper<CommandLink> keeper = keeper(() -> failed(new RedisCommandExecutionException("WRONGPASS no")));
        keeper.start();
        awaitCount(downs, 1);
        keeper.heard();
        awaitTasks();
        assertThat(attempts).hasValue(1);
        Transports.get(keeper.stop());
    }

    private static CompletableFuture<CommandLink> failed(Throwable why) {
        return CompletableFuture.failedFuture(
                ConnectFailure.of(RedisOptions.from(Locator.parse("redis://localhost")), why));
    }

    /** Otherwise a link that the server ends at once would be opened again and again. */
    @Test
    void aLinkThatDidNotHoldWaitsOutItsPause() {
        try (ScriptedServer server = ScriptedServer.start()) {
            LettuceClient client = LettuceClient.over(RedisOptions.from(Locator.parse(server.uri())));
            LinkKeeper<CommandLink> keeper = keeper(client::openReadLink);
            keeper.start();
            awaitCount(ups, 1);
            keeper.renew("says this test");
            awaitCount(downs, 1);
            keeper.hasten();
            awaitTasks();
            assertThat(attempts).hasValue(1);
            Transports.get(keeper.stop());
            client.close(Duration.ofSeconds(5));
        }
    }

    @Test
    void whateverArrivesOverALinkIsASignOfLife() {
        try (ScriptedServer server = ScriptedServer.start()) {
            LettuceClient client = LettuceClient.over(RedisOptions.from(Locator.parse(server.uri())));
            CompletableFuture<CommandLink> opened = client.openReadLink();
            AtomicInteger heard = new AtomicInteger();
            LinkKeeper<CommandLink> keeper = keeper(() -> opened);
            keeper.onHeard(heard::incrementAndGet);
            keeper.start();
            awaitCount(ups, 1);
            Transports.get(opened).ping();
            Recorder.eventually().untilAsserted(() -> assertThat(heard).hasPositiveValue());
            Transports.get(keeper.stop());
            client.close(Duration.ofSeconds(5));
        }
    }
}
