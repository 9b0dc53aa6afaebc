package io.broker4j.redis;

import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Live topics over Redis Pub/Sub, durable topics over Redis Streams. Uses three connections: one publishes; one
 * receives, opened with the first subscription; one reads logs, opened when the first log is read.
 */
final class RedisTransport implements Transport {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    private static final long LINKS_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final RedisOptions options;
    private final Tasks tasks = new Tasks(ConnectionSettings.threads());
    private final LettuceClient client;
    private final Publishing publishing;
    private final LinkKeeper<CommandLink> publishKeeper;
    private final WantedChannels subscriptions;
    private final LinkKeeper<SubscribeLink> subscribeKeeper;
    private final Reading reading;
    private final LinkKeeper<CommandLink> readKeeper;
    private final Probe probe;
    private final RedisLog log;

    private RedisTransport(RedisOptions options, Receiver receiver) {
        this.options = options;
        client = LettuceClient.over(options);
        ChannelNames names = new ChannelNames(options.prefix());
        ErrorReplies errors = new ErrorReplies(options.medium(), options.user(), options.prefix());
        Connectivity connectivity = new Connectivity(options.medium(), receiver);
        Degradation degradation = new Degradation(receiver);
        ErrorMeaning meaning = new ErrorMeaning(errors, this::renew);
        AppendAsides asides = new AppendAsides(names.start(), options.database(), meaning);
        publishing = new Publishing(options, names, meaning, asides, connectivity);
        publishKeeper = new LinkKeeper<>(client::openCommandLink, publishing, tasks);
        probe = new Probe(options, publishing, errors, degradation, this::renew, tasks);
        publishing.onLinkUp(probe::publishLinkUp);
        subscriptions = new WantedChannels(
                connectivity, degradation, new Channels(names, probe, options.database()), errors, tasks);
        subscribeKeeper = new LinkKeeper<>(() -> client.openSubscribeLink(subscriptions), subscriptions, tasks);
        subscriptions.connectBy(subscribeKeeper::start);
        reading = new Reading(
                options.medium(), meaning, connectivity, tasks, new Portions(degradation, System::nanoTime));
        log = new RedisLog(names, publishing, asides, reading);
        readKeeper = new LinkKeeper<>(this::openReadLink, reading, tasks);
        reading.connectBy(readKeeper::start);
        List<LinkKeeper<?>> keepers = List.of(publishKeeper, subscribeKeeper, readKeeper);
        keepers.forEach(each -> each.onUp(() -> {
            keepers.forEach(LinkKeeper::hasten);
            receiver.reachable();
        }));
        subscriptions.onHeard(() -> {
            if (!reading.trouble().isEmpty()) {
                readKeeper.hasten();
            }
        });
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
            transport.start();
            return transport;
        } catch (RuntimeException | Error refused) {
            transport.close(ConnectionSettings.CONNECT_TIMEOUT);
            throw refused;
        }
    }

    private void start() {
        tasks.start();
        if (options.background()) {
            publishKeeper.start();
        } else {
            publishKeeper.start(connected()).join();
        }
        tasks.run(probe::start);
    }

    private CompletableFuture<CommandLink> openReadLink() {
        log.reconnected(); // before a claim can go over the new connection
        return client.openCommandLink();
    }

    /** Implements {@link Node#renew}. */
    private void renew(String why) {
        publishKeeper.renew(why);
        subscribeKeeper.renew(why);
        readKeeper.renew(why);
    }

    /** Opens the first publish link and waits for it. */
    private CommandLink connected() {
        CompletableFuture<CommandLink> opening = client.openCommandLink();
        Throwable failure;
        try {
            return opening.get(ConnectionSettings.CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException refused) {
            failure = refused;
        } catch (TimeoutException late) {
            failure = late;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            failure = interrupted;
        }
        opening.thenAccept(link -> link.close("it was opened too late"));
        throw ConnectFailure.of(options, failure);
    }

    @Override
    public Outlet outlet(String topic) {
        return frame -> publishing.publish(topic, frame);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        return subscriptions.want(filter, kind, inlet);
    }

    @Override
    public void unsubscribe(TopicFilter filter, Kind kind) {
        subscriptions.unwant(filter, kind);
    }

    @Override
    public Optional<Log> log() {
        return Optional.of(log);
    }

    @Override
    public Health health() {
        Probe.Verdict probed = probe.verdict();
        String publishTrouble = either(publishing.trouble(), probed.publishTrouble());
        String receiveTrouble = either(either(subscriptions.trouble(), probed.receiveTrouble()), reading.trouble());
        String uncertainty = either(subscriptions.uncertainty(), probe.uncertainty(probed));
        return new Health(
                publishTrouble.isEmpty() ? Status.UP : Status.DOWN,
                !receiveTrouble.isEmpty() ? Status.DOWN : uncertainty.isEmpty() ? Status.UP : Status.UNVERIFIED,
                Stream.of(publishTrouble, either(receiveTrouble, uncertainty))
                        .filter(each -> !each.isEmpty())
                        .collect(Collectors.joining("; ")));
    }

    private static String either(String first, String second) {
        return first.isEmpty() ? second : first;
    }

    @Override
    public boolean onIoThread() {
        return client.onIoThread() || tasks.onThread();
    }

    @Override
    public void close(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        subscriptions.close();
        reading.close();
        CompletableFuture<?> links =
                CompletableFuture.allOf(publishKeeper.stop(), subscribeKeeper.stop(), readKeeper.stop());
        // A connection that is still being made may take longer, and ends with the client.
        await(links, Math.min(LINKS_CLOSE_NANOS, left(end)));
        try {
            client.close(Duration.ofNanos(left(end)));
            if (options.resources() != null) {
                await(links, left(end));
            }
        } finally {
            tasks.close(Duration.ofNanos(left(end)));
        }
    }

    private static void await(CompletableFuture<?> links, long nanos) {
        links.copy().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS).join();
    }

    private static long left(long end) {
        return Math.max(1, end - System.nanoTime());
    }
}
