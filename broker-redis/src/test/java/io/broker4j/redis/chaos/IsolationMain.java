package io.broker4j.redis.chaos;

import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Many subscriptions with handlers that block, or are slow, on one topic and on as many topics: when the last handler starts, and
 * how long an independent subscriber with a topic of its own waits meanwhile (D4). A cached thread pool with a task for each
 * delivery is shown beside it. {@code --broker} ({@code memory:}) says where, {@code --redis} is a server started for it;
 * {@code --rounds} (5). The worst round is judged; the median beside it shows whether that one was an exception. Exit status 1
 * if a broker is over a limit of D4. For another number of processors: {@code MAVEN_OPTS=-XX:ActiveProcessorCount=16}.
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
        int rounds = (int) Math.max(1, options.number("rounds", 5));
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
                "milliseconds, median (worst) of %d rounds, %d processors%n%-40s %31s %31s%n%-40s %15s %15s %15s %15s%n",
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
            List<IsolationRun.Figures> pool = new ArrayList<>();
            List<IsolationRun.Figures> broker = new ArrayList<>();
            measure(rounds, locator, load, pool, broker);
            boolean isWithin = worst(broker, IsolationRun.Figures::independent) < INDEPENDENT_MILLIS
                    && (!load.isBlocking() || worst(broker, IsolationRun.Figures::lastStart) < LAST_START_MILLIS);
            isKept &= isWithin;
            System.out.printf(
                    Locale.ROOT,
                    "%-40s %15s %15s %15s %15s%s%n",
                    load,
                    shown(broker, IsolationRun.Figures::lastStart),
                    shown(pool, IsolationRun.Figures::lastStart),
                    shown(broker, IsolationRun.Figures::independent),
                    shown(pool, IsolationRun.Figures::independent),
                    isWithin ? "" : "  BROKEN");
        }
        return isKept;
    }

    /** Pool and broker take turns, so that what disturbs the machine disturbs both. The first turn of each does not count. */
    private static void measure(
            int rounds,
            String locator,
            IsolationRun.Load load,
            List<IsolationRun.Figures> pool,
            List<IsolationRun.Figures> broker) {
        try {
            for (int i = 0; i <= rounds; i++) {
                pool.add(IsolationRun.onPool(load));
                broker.add(IsolationRun.onBroker(locator, load));
            }
        } catch (InterruptedException asked) {
            throw new IllegalStateException("interrupted", asked);
        }
        pool.remove(0);
        broker.remove(0);
    }

    private static double worst(List<IsolationRun.Figures> rounds, ToDoubleFunction<IsolationRun.Figures> figure) {
        return rounds.stream().mapToDouble(figure).max().orElseThrow();
    }

    private static String shown(List<IsolationRun.Figures> rounds, ToDoubleFunction<IsolationRun.Figures> figure) {
        double median = rounds.stream().mapToDouble(figure).sorted().toArray()[rounds.size() / 2];
        return String.format(Locale.ROOT, "%.1f (%.1f)", median, worst(rounds, figure));
    }
}
