package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Health.Status;
import io.broker4j.redis.chaos.Entry.Again;
import io.broker4j.redis.chaos.Entry.Left;
import io.broker4j.redis.chaos.Entry.Noted;
import io.broker4j.redis.chaos.Talker.Load;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One of the JVMs of a run: a broker with subscriptions and a publisher. Told what to do by lines on its standard input,
 * answers each when it is done, and ends when its input does, so with the process that started it.
 */
final class Worker {
    /** Longer than everything has to take to heal, so that what is too late is told from what never comes. */
    private static final Duration SETTLE_LIMIT =
            Duration.ofNanos(Checker.HEAL_LIMIT).plusSeconds(2);

    /** Generous: a busy machine takes its time to load Lettuce's classes. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** The answer of a worker that has healed. */
    static final String SETTLED = "settled";

    private static final long HEAP_ALLOWANCE = 16L << 20;
    private static final int LOOK_MILLIS = 20;
    private static final int PASSING_MILLIS = 1_500;

    private final String name;
    private final Journal journal;
    private final Usage before = Usage.now();
    private final Broker broker;
    private final Talker talker;
    private final List<Listener> listeners;
    private final ScheduledExecutorService lookout = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread looking = new Thread(work, "chaos-lookout");
        looking.setDaemon(true);
        return looking;
    });
    private volatile Listener passing;
    private int passed;
    private String health = "";

    private Worker(String name, Journal journal, Control control, String locator, Load load, long seed) {
        this.name = name;
        this.journal = journal;
        broker = control.open(locator);
        broker.onEvent(this::note);
        Waiting.until(CONNECT_LIMIT, () -> broker.health().publishing() == Status.UP);
        talker = new Talker(name, broker, journal, load, seed);
        listeners = Listener.all(name, broker, journal);
        listeners.forEach(listener -> listener.subscription().join());
        passing = Listener.passing(name + ":passing-" + passed, broker, journal);
        if (load == Load.HEAVY) {
            Listener.blocked(name + ":blocked", broker, journal);
        }
    }

    /**
     * Runs one.
     *
     * @param args name, file of the history or {@code -} for none, {@link Control}, locator, {@link Load}, seed
     */
    public static void main(String... args) throws IOException {
        System.out.println(WorkerProcess.CLOCK + System.nanoTime());
        try (Journal journal = args[1].equals("-") ? Journal.toNowhere() : Journal.to(Path.of(args[1]))) {
            Worker worker = new Worker(
                    args[0],
                    journal,
                    Control.valueOf(args[2]),
                    args[3],
                    Load.valueOf(args[4]),
                    Long.parseLong(args[5]));
            System.out.println(WorkerProcess.LIVE);
            worker.obey(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
    }

    private void obey(BufferedReader commands) throws IOException {
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            System.out.println(
                    switch (words[0]) {
                        case "talk" -> talk();
                        case "settle" -> settle(Long.parseLong(words[1]));
                        case "stop" -> stop();
                        case "usage" -> Usage.now().since(before).toString();
                        case "close" -> close();
                        default -> throw new IllegalArgumentException(line);
                    });
        }
    }

    private String talk() {
        talker.start();
        lookout.scheduleWithFixedDelay(this::noteHealth, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        lookout.scheduleAtFixedRate(this::pass, PASSING_MILLIS, PASSING_MILLIS, TimeUnit.MILLISECONDS);
        return "talking";
    }

    private void noteHealth() {
        String seen = broker.health().toString();
        if (!seen.equals(health)) {
            health = seen;
            note(seen);
        }
    }

    private void note(BrokerEvent event) {
        if (event instanceof BrokerEvent.Ignored ignored && ignored.reason().contains("came again")) {
            journal.add(new Again(System.nanoTime(), name, ignored.topic()));
        } else {
            note(event.toString());
        }
    }

    private void note(String what) {
        journal.add(new Noted(System.nanoTime(), name, what.replaceAll("\\s", " ")));
    }

    private void pass() {
        if (passing.subscription().isDone()) {
            passing.close();
            passed++;
            passing = Listener.passing(name + ":passing-" + passed, broker, journal);
        }
    }

    /** Waits until everything has worked that was begun after some time, though not for ever. */
    private String settle(long since) {
        return Waiting.until(
                        SETTLE_LIMIT,
                        () -> talker.lastSuccess() > since
                                && listeners.stream().allMatch(listener -> listener.newest() > since))
                ? SETTLED
                : "unsettled";
    }

    private String stop() {
        lookout.shutdown();
        talker.stop();
        return "stopped";
    }

    /** When there is nothing left to be delivered. */
    private String close() {
        Waiting.until(CLOSE_LIMIT, () -> passing.subscription().isDone());
        passing.close();
        Waiting.until(CLOSE_LIMIT, () -> listeners.stream().allMatch(Listener::isQuiet));
        broker.close();
        Waiting.until(CLOSE_LIMIT, () -> Usage.now().isBackAt(before));
        Usage after = Usage.now();
        left("broker threads", before.threads(), after.threads(), 0);
        left("bytes of heap", before.heap(), after.heap(), HEAP_ALLOWANCE);
        left("sockets", before.sockets(), after.sockets(), 0);
        journal.close();
        return "closed";
    }

    private void left(String what, long had, long has, long allowance) {
        journal.add(new Left(System.nanoTime(), name, what, had, has, allowance));
    }
}
