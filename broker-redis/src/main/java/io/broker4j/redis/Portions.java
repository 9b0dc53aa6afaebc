package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits how much of a log one reply may hold. A server ends a connection whose reply exceeds the
 * output buffer limit, and would do so again for the same request. So a request that was cut off is
 * repeated in smaller portions, down to a single entry; after a time portions grow again. Two cuts
 * in a row make the broker degraded until portions are whole again. Safe for use from any thread.
 */
final class Portions {
    /** The largest portion. */
    static final long WHOLE = 4 << 20;

    /** Below this size entries are read one at a time. */
    private static final long SMALL = 8 << 10;

    private static final long STEP = 8;
    private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LONGEST_CALM_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int TROUBLE = 2;
    private static final int MOST_TOPICS = 10_000;
    private static final float LOAD = 0.75f;

    private static final class Limit {
        private long bytes = WHOLE;
        private int cuts;
        private boolean told;
        private boolean grown;
        private long calmNanos = CALM_NANOS;
        private long sinceNanos;
    }

    private final Degradation degradation;
    private final LongSupplier nanoTime;

    /** The limits of topics that had a reply cut off. */
    @GuardedBy("this")
    private final Map<String, Limit> limits = new LinkedHashMap<>(16, LOAD, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Limit> eldest) {
            return size() > MOST_TOPICS;
        }
    };

    Portions(Degradation degradation, LongSupplier nanoTime) {
        this.degradation = degradation;
        this.nanoTime = nanoTime;
    }

    /** How many bytes to ask for. */
    synchronized long most(String topic, long wanted) {
        Limit limit = limits.get(topic);
        return limit == null ? wanted : Math.min(wanted, limit.bytes);
    }

    /** Whether to read one entry at a time, and to avoid requests whose reply holds two. */
    synchronized boolean isSingle(String topic) {
        Limit limit = limits.get(topic);
        return limit != null && limit.bytes < SMALL;
    }

    /** Records the outcome of a request whose reply may be large, and that was just sent. */
    <T> CompletableFuture<T> watch(String topic, CompletableFuture<T> reply) {
        long asked = most(topic, WHOLE);
        reply.whenComplete((done, failure) -> {
            if (failure == null) {
                answered(topic);
            } else if (causeOf(failure) instanceof CutOffException cutOff) {
                cut(topic, asked, String.valueOf(cutOff.getMessage()));
            }
        });
        return reply;
    }

    private static Throwable causeOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    void answered(String topic) {
        if (isWholeAgain(topic)) {
            degradation.end(name(topic));
        }
    }

    private synchronized boolean isWholeAgain(String topic) {
        Limit limit = limits.get(topic);
        if (limit == null || limit.bytes >= WHOLE) {
            return false;
        }
        limit.cuts = 0;
        if (nanoTime.getAsLong() - limit.sinceNanos < limit.calmNanos) {
            return false;
        }
        limit.sinceNanos = nanoTime.getAsLong();
        limit.grown = true;
        limit.bytes = Math.max(SMALL, limit.bytes * STEP);
        boolean restored = limit.told && limit.bytes >= WHOLE;
        limit.told &= !restored;
        return restored;
    }

    /** Requests of the same size that one lost connection cut off count once. */
    void cut(String topic, long asked, String why) {
        String words = shrink(topic, asked, why);
        if (words != null) {
            degradation.begin(name(topic), words);
        }
    }

    private synchronized @Nullable String shrink(String topic, long asked, String why) {
        Limit limit = limits.computeIfAbsent(topic, none -> new Limit());
        if (limit.bytes < asked) {
            return null;
        }
        if (limit.grown) {
            limit.calmNanos = Math.min(2 * limit.calmNanos, LONGEST_CALM_NANOS);
            limit.grown = false;
        }
        limit.bytes = limit.bytes <= SMALL ? 1 : limit.bytes / STEP;
        limit.sinceNanos = nanoTime.getAsLong();
        limit.cuts++;
        limit.told |= limit.cuts >= TROUBLE;
        return limit.told
                ? "the connection was lost repeatedly while the log of " + topic
                        + " was read, perhaps because the replies are too"
                        + " large for it: it is read in smaller portions; see the server's client-output-buffer-limit: "
                        + why
                : null;
    }

    private static String name(String topic) {
        return "portions of " + topic;
    }
}
