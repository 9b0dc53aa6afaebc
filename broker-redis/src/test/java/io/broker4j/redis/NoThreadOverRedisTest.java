package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The process may have no thread left, for a while: links are opened once there is one (C1). */
class NoThreadOverRedisTest {
    private final AtomicBoolean exhausted = new AtomicBoolean();
    private final ThreadFactory threads = task -> {
        if (exhausted.get()) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return new Thread(task);
    };
    private final Tasks tasks = new Tasks(threads);

    @AfterEach
    void closeTasks() {
        tasks.close(Duration.ofSeconds(5));
    }

    @Test
    void tasksNeedNoThreadOnceTheyHaveStarted() {
        tasks.start();
        exhausted.set(true);
        CompletableFuture<Void> ran = new CompletableFuture<>();
        tasks.run(() -> ran.complete(null));

        Transports.get(ran);
    }

    /** The keeper went on believing that a link was being opened, and could not even be stopped. */
    @Test
    void anOpenerThatThrowsIsCalledAgain() {
        tasks.start();
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger downs = new AtomicInteger();
        LinkKeeper.Owner<CommandLink> owner = new LinkKeeper.Owner<>() {
            @Override
            public void linkUp(CommandLink link) {}

            @Override
            public void linkDown(String reason) {
                downs.incrementAndGet();
            }
        };
        LinkKeeper<CommandLink> keeper = new LinkKeeper<>(
                () -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("unable to create native thread");
                },
                owner,
                tasks);
        keeper.start();
        Recorder.eventually().until(() -> calls.get() >= 2);

        assertThat(downs).hasPositiveValue();
        Transports.get(keeper.stop());
    }

    @Test
    void aLookUpWithoutAThreadFails() throws Exception {
        exhausted.set(true);
        Addresses addresses = new Addresses(name -> new InetAddress[1], threads);
        Future<InetSocketAddress> found = addresses
                .getResolver(GlobalEventExecutor.INSTANCE)
                .resolve(InetSocketAddress.createUnresolved("several.example", 1));

        assertThat(found.await(10_000)).isTrue();
        assertThat(found.cause()).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void aLookUpThatThrowsAnErrorFails() throws Exception {
        Addresses addresses = new Addresses(name -> {
            throw new StackOverflowError("says this test");
        });
        Future<InetSocketAddress> found = addresses
                .getResolver(GlobalEventExecutor.INSTANCE)
                .resolve(InetSocketAddress.createUnresolved("several.example", 1));

        assertThat(found.await(10_000)).isTrue();
        assertThat(found.cause()).isInstanceOf(StackOverflowError.class);
    }
}
