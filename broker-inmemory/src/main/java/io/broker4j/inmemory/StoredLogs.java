package io.broker4j.inmemory;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The logs of a medium. An expired log is invisible to readers, and is removed when another log
 * begins. No log is called while the map is locked, because burying locks one log and then looks up
 * another.
 */
final class StoredLogs {
    private final Map<String, StoredLog> logs = new ConcurrentHashMap<>();

    /**
     * A clock that always advances, so that no position is given twice, not even by another medium
     * with this name.
     */
    private final AtomicLong births = new AtomicLong();

    Position append(String topic, Frame frame, Retention retention) {
        Optional<Position> position;
        do {
            position = existingOrNew(topic).append(frame, retention);
        } while (position.isEmpty());
        return position.get();
    }

    StoredLog existingOrNew(String topic) {
        return existing(topic).orElseGet(() -> begin(topic));
    }

    private StoredLog begin(String topic) {
        logs.values().removeIf(StoredLog::isExpired);
        return logs.computeIfAbsent(
                topic,
                absent -> new StoredLog(births.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()))));
    }

    Optional<StoredLog> existing(String topic) {
        StoredLog log = logs.get(topic);
        if (log != null && log.isExpired()) {
            logs.remove(topic, log);
            return Optional.empty();
        }
        return Optional.ofNullable(log);
    }

    long length(String topic) {
        return existing(topic).map(log -> log.info().length()).orElse(0L);
    }

    void delete(String topic) {
        logs.remove(topic);
    }
}
