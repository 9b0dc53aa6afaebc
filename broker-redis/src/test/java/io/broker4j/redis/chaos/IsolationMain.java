package io.broker4j.redis.chaos;

import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Many subscriptions with handlers that block, or are slow, on one topic and on as many topics: when the last handler starts, and
 * how long an independent subscriber with a topic of its own waits meanwhile (D4). A cached thread pool with a task for each
 * delivery is shown beside it. {@code --broker} ({@code memory:}) says where, {@code --redis} is a server started for it;
 * {@code --rounds} (3), of which the worst counts. Exit status 1 if a broker is over the limits of D4. For another number of
 * processors: {@code MAVEN_OPTS=-XX:ActiveProcessorCount=16}.
 */
final class IsolationMain {
    private static final Duration SLOW = Duration.ofNanos(400_000);
    private static final double LAST_START_MILLIS = 300;
    private static final double INDEPENDENT_MILLIS = 100;

    private static final List<IsolationRun.Load> LOADS = List.of(
            IsolationRun.Load.blocking(1, 1),
            IsolationRun.Load.blocking(10, 1),
            IsolationRun.Load.blocking(10, 10),
            IsolationRun.Load.blocking(100, 1),
            IsolationRun.Load.blocking(100, 100),
            IsolationRun.Load.blocking(500, 1),
            IsolationRun.Load.blocking(500, 500),
            IsolationRun.Load.sleeping(1_000, 1, SLOW),
            IsolationRun.Load.sleeping(1_000, 1_000, SLOW),
            IsolationRun.Load.busy(1_000, 1, SLOW),
            IsolationRun.Load.busy(1_000, 1_000, SLOW));

    private IsolationMain() {}

    /** Runs it. */
    public static void main(String... args) {
        Options options = Options.of(args, "broker", "redis", "rounds");
        int rounds = (int) options.number("rounds", 3);
        boolean isKept;
        if (options.has("redis")) {
            try (RedisServer redis = RedisServer.start()) {
                isKept = run(redis.uri(), rounds);
            }
        } else {
            isKept = run(options.text("broker", "memory:"), rounds);
        }
        System.exit(isKept ? 0 : 1);
    }

    private static boolean run(String locator, int rounds) {
        System.out.printf(
                Locale.ROOT,
                "milliseconds, worst of %d rounds, %d processors%n%-40s %21s %21s%n%-40s %10s %10s %10s %10s%n",
                rounds,
                Runtime.getRuntime().availableProcessors(),
                "",
                "last start",
                "independent waits",
                "handlers",
                "broker",
                "pool",
                "broker",
                "pool");
        boolean isKept = true;
        for (IsolationRun.Load load : LOADS) {
            IsolationRun.Figures pool = worst(rounds, () -> IsolationRun.onPool(load));
            IsolationRun.Figures broker = worst(rounds, () -> IsolationRun.onBroker(locator, load));
            boolean isWithin = broker.independent() < INDEPENDENT_MILLIS
                    && (!load.isBlocking() || broker.lastStart() < LAST_START_MILLIS);
            isKept &= isWithin;
            System.out.printf(
                    Locale.ROOT,
                    "%-40s %10.1f %10.1f %10.1f %10.1f%s%n",
                    load,
                    broker.lastStart(),
                    pool.lastStart(),
                    broker.independent(),
                    pool.independent(),
                    isWithin ? "" : "  BROKEN");
        }
        return isKept;
    }

    private interface Round {
        IsolationRun.Figures run() throws InterruptedException;
    }

    /** After one round that counts for nothing. */
    private static IsolationRun.Figures worst(int rounds, Round round) {
        try {
            round.run();
            IsolationRun.Figures worst = round.run();
            for (int i = 1; i < rounds; i++) {
                worst = worst.orWorse(round.run());
            }
            return worst;
        } catch (InterruptedException asked) {
            throw new IllegalStateException("interrupted", asked);
        }
    }
}
