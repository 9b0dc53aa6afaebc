package io.broker4j.redis;

import io.broker4j.Health;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Live topics over Redis Pub/Sub, durable topics over Redis Streams, on one server, the {@link Shard}. */
final class RedisTransport implements Transport {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    private final Tasks tasks = new Tasks(ConnectionSettings.threads());
    private final Shard shard;
    private final RedisLog log;

    private RedisTransport(RedisOptions options, Receiver receiver) {
        ChannelNames names = new ChannelNames(options.prefix());
        shard = new Shard(options, names, receiver, tasks);
        log = new RedisLog(names, shard);
    }

    /** Opens a transport, and waits for the connection unless it is made in the background. */
    static RedisTransport open(RedisOptions options, Receiver receiver) {
        if (options.isReadableOnTheWay()) {
            LOGGER.log(
                    Level.WARNING,
                    options.medium() + " is not on this machine and not encrypted: others on the network can"
                            + " read messages and the password; rediss:// encrypts");
        }
        RedisTransport transport = new RedisTransport(options, receiver);
        try {
            transport.tasks.start();
            transport.shard.start();
            return transport;
        } catch (RuntimeException | Error refused) {
            transport.close(ConnectionSettings.CONNECT_TIMEOUT);
            throw refused;
        }
    }

    @Override
    public Outlet outlet(String topic) {
        return frame -> shard.publish(topic, frame);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        return shard.subscribe(filter, kind, inlet);
    }

    @Override
    public void unsubscribe(TopicFilter filter, Kind kind) {
        shard.unsubscribe(filter, kind);
    }

    @Override
    public Optional<Log> log() {
        return Optional.of(log);
    }

    @Override
    public Health health() {
        return shard.health();
    }

    @Override
    public boolean onIoThread() {
        return shard.onIoThread() || tasks.onThread();
    }

    @Override
    public void close(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            shard.close(deadline);
        } finally {
            tasks.close(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
    }
}
