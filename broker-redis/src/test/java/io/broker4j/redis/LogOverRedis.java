package io.broker4j.redis;

import static org.awaitility.Awaitility.await;

import io.broker4j.Position;
import io.broker4j.spi.Log;
import java.util.List;

/** What tests ask of the one log {@code t}. */
abstract class LogOverRedis extends DirectAndProxied {
    static Log.Batch read(Transports transports, Position from, int max) {
        return Transports.get(Logs.of(transports).read("t", from, max, Logs.MANY_BYTES));
    }

    static Log.Info info(Transports transports) {
        return Transports.get(Logs.of(transports).info("t"));
    }

    /** Repeats a read until it is answered, as the engine does. */
    List<String> readAgain() {
        return await().atMost(Recorder.GENEROUS)
                .until(
                        () -> Logs.of(proxied)
                                .read("t", Position.ORIGIN, 100, Logs.MANY_BYTES)
                                .handle((batch, failure) -> failure == null ? Logs.texts(batch) : null)
                                .join(),
                        texts -> texts != null);
    }
}
