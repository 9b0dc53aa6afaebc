package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.redis.chaos.Entry.Gapped;
import io.broker4j.redis.chaos.Entry.Received;
import io.broker4j.redis.chaos.Entry.Refused;
import io.broker4j.redis.chaos.Entry.Subscribed;
import io.broker4j.redis.chaos.Entry.Subscribing;
import io.broker4j.redis.chaos.Entry.Unsubscribing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** One subscription, and what its subscriber is called for, written down. */
final class Listener implements Subscriber<String> {
    private static final Duration SLOW = Duration.ofMillis(5);
    private static final Duration BLOCKED = Duration.ofMillis(200);
    private static final int SLOW_MAILBOX = 16;
    private static final Duration QUIET = Duration.ofMillis(500);
    /** How much longer than asked for a pause may be. */
    private static final int SLACK = 10;

    private final String name;
    private final Journal journal;
    private final Duration pause;
    private final CompletableFuture<Subscription> subscription;
    private volatile long newest = Long.MIN_VALUE;
    private volatile long lastCall = System.nanoTime();

    private Listener(
            String name, Broker broker, String filter, SubscribeOptions options, Duration pause, Journal journal) {
        this.name = name;
        this.journal = journal;
        this.pause = pause;
        journal.add(new Subscribing(System.nanoTime(), name, filter, options.overflow()));
        long lag = pause.toNanos() * options.maxMessages() * SLACK;
        subscription = broker.subscribe(Topic.text(filter), options, this).whenComplete((live, failure) -> {
            long now = System.nanoTime();
            journal.add(
                    failure == null
                            ? new Subscribed(now, name, lag)
                            : new Refused(now, name, "" + failure.getMessage()));
        });
    }

    /** Exact ones, overlapping wildcards, one served inline, and two that are slower than what they are sent. */
    static List<Listener> all(String process, Broker broker, Journal journal) {
        SubscribeOptions usual = SubscribeOptions.DEFAULTS;
        SubscribeOptions small = usual.withMaxMessages(SLOW_MAILBOX);
        List<Listener> listeners = new ArrayList<>();
        listeners.add(new Listener(process + ":a", broker, "chaos.a", usual, Duration.ZERO, journal));
        listeners.add(new Listener(process + ":b-inline", broker, "chaos.b", usual.inline(), Duration.ZERO, journal));
        listeners.add(new Listener(process + ":*", broker, "chaos.*", usual, Duration.ZERO, journal));
        listeners.add(new Listener(process + ":>", broker, "chaos.>", usual, Duration.ZERO, journal));
        listeners.add(new Listener(process + ":a-slow", broker, "chaos.a", small, SLOW, journal));
        listeners.add(new Listener(
                process + ":c-slow", broker, "chaos.deep.c", small.withOverflow(Overflow.DROP_NEWEST), SLOW, journal));
        return listeners;
    }

    /** One more, to be closed again. */
    static Listener passing(String name, Broker broker, Journal journal) {
        return new Listener(name, broker, "chaos.*.c", SubscribeOptions.DEFAULTS, Duration.ZERO, journal);
    }

    /** One that is so slow that its mailbox, of the usual size, is always full. */
    static Listener blocked(String name, Broker broker, Journal journal) {
        return new Listener(name, broker, "chaos.>", SubscribeOptions.DEFAULTS, BLOCKED, journal);
    }

    @Override
    public void onMessage(Message<String> message) {
        long now = System.nanoTime();
        String[] parts = message.payload().split(" ", 3);
        journal.add(new Received(now, name, MessageId.parse(parts[0])));
        newest = Math.max(newest, Long.parseLong(parts[1]));
        lastCall = now;
        LockSupport.parkNanos(pause.toNanos());
    }

    @Override
    public void onGap(Gap gap) {
        String count = gap.count().isPresent() ? Long.toString(gap.count().getAsLong()) : "?";
        journal.add(new Gapped(System.nanoTime(), name, gap.reason(), count));
    }

    CompletableFuture<Subscription> subscription() {
        return subscription;
    }

    /** When the newest message received was published. */
    long newest() {
        return newest;
    }

    /** Whether there is nothing to be delivered, and has been nothing for a while. */
    boolean isQuiet() {
        return System.nanoTime() - lastCall > QUIET.toNanos()
                && subscription.join().stats().queued() == 0;
    }

    /** Ends the subscription when there is one, without waiting for its subscriber. */
    void close() {
        subscription.thenAccept(live -> {
            journal.add(new Unsubscribing(System.nanoTime(), name));
            live.close(Duration.ZERO);
        });
    }
}
