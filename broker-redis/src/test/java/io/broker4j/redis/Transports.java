package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.spi.Frame;
import io.broker4j.spi.Locator;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A transport with what it has handed over, without an engine. */
final class Transports implements AutoCloseable {
    static final Duration CLOSE = Duration.ofSeconds(5);

    final Recorder recorder = new Recorder();
    final RedisTransport transport;
    private boolean closed;

    private Transports(RedisOptions options) {
        transport = RedisTransport.open(options, recorder);
    }

    /** With bare payloads, since only the engine makes numbered frames, and without probe unless the locator says so. */
    static Transports open(String locator) {
        return open(options(locator));
    }

    static RedisOptions options(String locator) {
        String wire = locator.contains("?") ? "&wire=raw" : "?wire=raw";
        String probe = locator.contains("probe=") ? "" : "&probe=off";
        return RedisOptions.from(Locator.parse(locator + wire + probe));
    }

    static RedisOptions options(RedisBrokerBuilder builder) {
        return builder.options(builder.locator());
    }

    static Transports open(RedisBrokerBuilder builder) {
        return open(options(builder));
    }

    static Transports open(RedisOptions options) {
        return new Transports(options);
    }

    CompletableFuture<Void> publish(String topic, String text) {
        return transport.outlet(topic).publish(Frame.bare(text.getBytes(StandardCharsets.UTF_8)));
    }

    void published(String topic, String text) {
        get(publish(topic, text));
    }

    CompletableFuture<Void> subscribe(String filter) {
        return transport.subscribe(TopicFilter.of(filter), Kind.LIVE, recorder.inlet(filter));
    }

    void subscribed(String... filters) {
        List<CompletableFuture<Void>> confirmed = new ArrayList<>();
        for (String filter : filters) {
            confirmed.add(subscribe(filter));
        }
        confirmed.forEach(Transports::get);
    }

    void unsubscribe(String filter) {
        transport.unsubscribe(TopicFilter.of(filter), Kind.LIVE);
    }

    /** Publishes until a message comes back, so that the topic is known to be live, by whatever {@code filter}. */
    void awaitLive(String filter, String topic) {
        Awaitility.await().atMost(Recorder.GENEROUS).until(() -> {
            publish(topic, "live?").exceptionally(down -> null);
            return recorder.count(filter + "|" + topic + "|live?") > 0;
        });
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(Recorder.GENEROUS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException late) {
            throw new AssertionError(late);
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Recorder.GENEROUS.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    static Throwable failure(CompletableFuture<?> future) {
        return future.<Throwable>handle((done, failure) -> failure == null ? new AssertionError("succeeded") : failure)
                .orTimeout(Recorder.GENEROUS.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            transport.close(CLOSE);
        }
    }
}
