package io.broker4j.redis;

import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One Redis server, as the transport sees it. Owns the three links to the server, what keeps them open, and the probe.
 * One link publishes; one receives, opened with the first subscription; one reads logs, opened when the first log is
 * read. The links belong together: if one of them shows that the server answers, the others end their pauses, and if
 * the server is no longer a master, all three are renewed. Safe for use from any thread; what it does by itself is done
 * by {@link Tasks}, which it does not own.
 */
final class Shard {
    private static final long LINKS_CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final RedisOptions options;
    private final Tasks tasks;
    private final LettuceClient client;
    private final Publishing publishing;
    private final WantedChannels subscriptions;
    private final Reading reading;
    private final Probe probe;
    private final LinkKeeper<CommandLink> publishKeeper;
    private final List<LinkKeeper<?>> keepers;

    Shard(RedisOptions options, ChannelNames names, Receiver receiver, Tasks tasks) {
        this.options = options;
        this.tasks = tasks;
        client = LettuceClient.over(options);
        Connectivity connectivity = new Connectivity(options.medium(), receiver);
        Degradation degradation = new Degradation(receiver);
        ErrorReplies errors = options.errors();
        ErrorMeaning meaning = new ErrorMeaning(errors, this::renew);
        AppendAsides asides = new AppendAsides(names.start(), options.database(), meaning);
        publishing = new Publishing(options, names, meaning, asides, connectivity);
        probe = new Probe(options, publishing, errors, degradation, this::renew, tasks);
        publishing.onLinkUp(probe::publishLinkUp);
        Channels channels = new Channels(names, probe, options.database());
        subscriptions = new WantedChannels(connectivity, degradation, channels, errors, tasks);
        reading = new Reading(
                options.medium(), meaning, asides, connectivity, tasks, new Portions(degradation, System::nanoTime));
        publishKeeper = new LinkKeeper<>(client::openPublishLink, publishing, tasks);
        LinkKeeper<SubscribeLink> subscribeKeeper =
                new LinkKeeper<>(() -> client.openSubscribeLink(subscriptions), subscriptions, tasks);
        LinkKeeper<CommandLink> readKeeper = new LinkKeeper<>(client::openReadLink, reading, tasks);
        subscriptions.connectBy(subscribeKeeper::start);
        reading.connectBy(readKeeper::start);
        keepers = List.of(publishKeeper, subscribeKeeper, readKeeper);
        keepers.forEach(each -> each.onUp(() -> {
            keepers.forEach(LinkKeeper::hasten);
            receiver.reachable();
        }));
        keepers.forEach(each -> each.onHeard(this::heard));
    }

    /** Begins; waits for the publish link, unless it is made in the background. */
    void start() {
        if (options.background()) {
            publishKeeper.start();
        } else {
            publishKeeper.start(connected()).join();
        }
        tasks.run(probe::start);
    }

    /** Opens the first publish link and waits for it. */
    private CommandLink connected() {
        CompletableFuture<CommandLink> opening = client.openPublishLink();
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

    /** Called on an I/O thread for every read of bytes. */
    private void heard() {
        keepers.forEach(LinkKeeper::heard);
    }

    /** Implements {@link Node#renew}. */
    private void renew(String why) {
        keepers.forEach(keeper -> keeper.renew(why));
    }

    CompletableFuture<Void> publish(String topic, Frame frame) {
        return publishing.publish(topic, frame);
    }

    CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        return publishing.append(topic, frame, retention);
    }

    CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        return subscriptions.want(filter, kind, inlet);
    }

    void unsubscribe(TopicFilter filter, Kind kind) {
        subscriptions.unwant(filter, kind);
    }

    /** For all requests about logs, except appends. */
    Reading reading() {
        return reading;
    }

    /** The health of the three links, and of what the probe has found. */
    Health health() {
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

    /** Whether the calling thread reads from or writes to one of the links. */
    boolean onIoThread() {
        return client.onIoThread();
    }

    /** Closes the links for good; requests in flight fail. */
    void close(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        subscriptions.close();
        reading.close();
        CompletableFuture<?> links =
                CompletableFuture.allOf(keepers.stream().map(LinkKeeper::stop).toArray(CompletableFuture[]::new));
        // A connection that is still being made may take longer, and ends with the client.
        await(links, Math.min(LINKS_CLOSE_NANOS, left(end)));
        client.close(Duration.ofNanos(left(end)));
        if (options.resources() != null) {
            await(links, left(end));
        }
    }

    private static void await(CompletableFuture<?> links, long nanos) {
        links.copy().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS).join();
    }

    private static long left(long end) {
        return Math.max(1, end - System.nanoTime());
    }
}
