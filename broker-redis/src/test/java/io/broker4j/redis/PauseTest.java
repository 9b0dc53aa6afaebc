package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.spi.Log;
import io.broker4j.testkit.Direction;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collection of garbage may stop this JVM for longer than the server is given to answer. Here it is the I/O thread that stops. */
class PauseTest extends BehindProxy {
    private static final long PAUSE_MILLIS =
            ConnectionSettings.COMMAND_TIMEOUT.multipliedBy(3).dividedBy(2).toMillis();

    private final AtomicReference<EventLoopGroup> ioThread = new AtomicReference<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private DefaultEventLoopGroupProvider oneThread;
    private ClientResources resources;
    private Transports transport;

    @BeforeEach
    void open() {
        oneThread = new DefaultEventLoopGroupProvider(1) {
            @Override
            public <T extends EventLoopGroup> T allocate(Class<T> type) {
                T group = super.allocate(type);
                ioThread.set(group);
                return group;
            }
        };
        resources = ClientResources.builder().eventLoopGroupProvider(oneThread).build();
        transport = Transports.open(RedisBrokerBuilder.at(RestrictedRedis.uri(proxy))
                .resources(resources)
                .rawWire()
                .withoutProbe());
    }

    @AfterEach
    void close() {
        over.countDown();
        transport.close();
        resources.shutdown().awaitUninterruptibly();
        oneThread.shutdown(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void pause() {
        CountDownLatch begun = new CountDownLatch(1);
        ioThread.get().execute(() -> {
            begun.countDown();
            try {
                over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
            }
        });
        Transports.await(begun);
    }

    /** The timer went by what was read, and so gave up links whose answers had come in time. */
    @Test
    void whatHasComeMeanwhileIsReadBeforeALinkIsTakenForSilent() {
        transport.subscribed("before");
        Transports.get(Logs.of(transport).info("log"));
        proxy.stall(Direction.TO_CLIENT);
        CompletableFuture<Log.Info> info = Logs.of(transport).info("log");
        CompletableFuture<Void> confirmed = transport.subscribe("t");
        await().atMost(Recorder.GENEROUS)
                .until(() -> redis.command("PUBSUB", "CHANNELS", "b4j:t").contains("b4j:t"));

        pause();
        proxy.unstall(Direction.TO_CLIENT);
        Transports.get(info);
        Transports.get(confirmed);
        assertThat(transport.recorder.kinds()).containsExactly("Connected");
    }
}
