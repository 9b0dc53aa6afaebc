package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
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
import org.jspecify.annotations.Nullable;

/**
 * Live topics over Redis Pub/Sub, durable topics over Redis Streams. Uses three connections: one publishes; one
 * receives, opened with the first subscription; one reads logs, opened when the first log is read.
 */
final class RedisTransport implements Transport {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    private static final long LINKS_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** The parts that exist once the receiver is known. */
    private record Session(
            Publishing publishing,
            LinkKeeper<CommandLink> publishKeeper,
            Subscriptions subscriptions,
            LinkKeeper<SubscribeLink> subscribeKeeper,
            Reading reading,
            LinkKeeper<CommandLink> readKeeper,
            Probe probe) {}

    private final RedisOptions options;
    private final Tasks tasks = new Tasks(ConnectionSettings.threads());
    private final RedisLog log;
    private final LettuceClient client;
    private volatile @Nullable Session session;

    RedisTransport(RedisOptions options) {
        this.options = options;
        this.client = LettuceClient.over(options);
        this.log = new RedisLog(options.prefix(), () -> started().publishing, () -> started().reading);
    }

    @Override
    public void start(Receiver receiver) {
        if (options.isReadableOnTheWay()) {
            LOGGER.log(
                    Level.WARNING,
                    options.medium() + " is not on this machine and not encrypted: what is sent, the password"
                            + " too, can be read on the way; rediss:// encrypts");
        }
        tasks.start();
        Session started = session(receiver);
        session = started;
        if (options.background()) {
            started.publishKeeper.start();
        } else {
            started.publishKeeper.start(connected()).join();
        }
        tasks.run(started.probe::start);
    }

    private Session session(Receiver receiver) {
        ChannelNames names = new ChannelNames(options.prefix());
        ErrorReplies errors = new ErrorReplies(options.medium(), options.user(), options.prefix());
        Connectivity connectivity = new Connectivity(options.medium(), receiver);
        Degradation degradation = new Degradation(receiver);
        Publishing publishing = new Publishing(options, names, errors, connectivity, this::renew);
        Probe probe = new Probe(options, publishing, errors, degradation, this::renew, tasks);
        publishing.onLinkUp(probe::publishLinkUp);
        Subscriptions subscriptions = new Subscriptions(
                receiver,
                connectivity,
                degradation,
                new Channels(names, receiver, probe, options.database()),
                errors,
                tasks);
        LinkKeeper<SubscribeLink> keeper =
                new LinkKeeper<>(() -> client.openSubscribeLink(subscriptions), subscriptions, tasks);
        subscriptions.connectBy(keeper::start);
        Reading reading = new Reading(
                options.medium(),
                errors,
                connectivity,
                this::renew,
                tasks,
                new Portions(degradation, System::nanoTime));
        LinkKeeper<CommandLink> readKeeper = new LinkKeeper<>(
                () -> {
                    log.reconnected(); // before a claim can go over the new connection
                    return client.openCommandLink();
                },
                reading,
                tasks);
        reading.connectBy(readKeeper::start);
        LinkKeeper<CommandLink> publishKeeper = new LinkKeeper<>(client::openCommandLink, publishing, tasks);
        List<LinkKeeper<?>> keepers = List.of(publishKeeper, keeper, readKeeper);
        keepers.forEach(each -> each.onUp(() -> {
            keepers.forEach(LinkKeeper::hasten);
            receiver.reachable();
        }));
        subscriptions.onHeard(() -> {
            if (!reading.trouble().isEmpty()) {
                readKeeper.hasten();
            }
        });
        return new Session(publishing, publishKeeper, subscriptions, keeper, reading, readKeeper, probe);
    }

    /** As {@link Node} says. */
    private void renew(String why) {
        Session current = started();
        current.publishKeeper.renew(why);
        current.subscribeKeeper.renew(why);
        current.readKeeper.renew(why);
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
    public CompletableFuture<Void> publish(String topic, Frame frame) {
        return started().publishing.publish(topic, frame);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter) {
        return started().subscriptions.want(filter);
    }

    @Override
    public void unsubscribe(TopicFilter filter) {
        started().subscriptions.unwant(filter);
    }

    @Override
    public Optional<Log> log() {
        return Optional.of(log);
    }

    @Override
    public Health health() {
        Session current = started();
        Probe.Verdict probed = current.probe.verdict();
        String publishing = either(current.publishing.trouble(), probed.publishTrouble());
        String receiving =
                either(either(current.subscriptions.trouble(), probed.receiveTrouble()), current.reading.trouble());
        String uncertainty = either(current.subscriptions.uncertainty(), current.probe.uncertainty(probed));
        return new Health(
                publishing.isEmpty() ? Status.UP : Status.DOWN,
                !receiving.isEmpty() ? Status.DOWN : uncertainty.isEmpty() ? Status.UP : Status.UNVERIFIED,
                Stream.of(publishing, either(receiving, uncertainty))
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
        Session ending = session;
        CompletableFuture<?> links = CompletableFuture.completedFuture(null);
        if (ending != null) {
            ending.subscriptions.close();
            ending.reading.close();
            links = CompletableFuture.allOf(
                    ending.publishKeeper.stop(), ending.subscribeKeeper.stop(), ending.readKeeper.stop());
        }
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

    private Session started() {
        Session current = session;
        if (current == null) {
            throw new BrokerException("the transport was not started");
        }
        return current;
    }
}
