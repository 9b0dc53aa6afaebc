package io.broker4j.chat;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends the clients of a stopping server away, in batches and each with its own hint when to come back: the other servers
 * get them a few at a time.
 */
final class Dismissal {
    private static final int BATCHES = 20;
    private static final int SMALLEST_BATCH = 50;
    private static final long SOONEST_MS = 100;
    private static final long LATEST_MS = 10_000;

    private Dismissal() {}

    /** Closes them all, spread over {@code time}; returns when they are gone, or when they should be. */
    static void say(ChannelGroup sessions, Timings timings) throws InterruptedException {
        List<Channel> all = List.copyOf(sessions);
        int size = Math.max(SMALLEST_BATCH, (all.size() + BATCHES - 1) / BATCHES);
        Duration between = timings.farewell().dividedBy(BATCHES);
        for (int i = 0; i < all.size(); i++) {
            Channel channel = all.get(i);
            long delay = between.multipliedBy(i / size).toNanos();
            channel.eventLoop().schedule(() -> farewell(channel, all.size()), delay, TimeUnit.NANOSECONDS);
        }
        Duration longest = timings.farewell().plus(timings.closing()).plusSeconds(1);
        sessions.newCloseFuture().await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void farewell(Channel channel, int clients) {
        WebSocketHandler handler = channel.pipeline().get(WebSocketHandler.class);
        if (handler != null) {
            handler.farewell(SOONEST_MS + ThreadLocalRandom.current().nextLong(Math.min(LATEST_MS, 2L * clients) + 1));
        }
    }
}
