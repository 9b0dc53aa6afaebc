package io.broker4j.engine;

import io.broker4j.BrokerException;
import io.broker4j.Health;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import io.broker4j.spi.Settings;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The subscribing half of a broker: begins subscriptions, and ends them. */
final class Subscriptions {
    private final Transport transport;
    private final Settings settings;
    private final Registry registry;
    private final Events events;
    private final Machine machine;
    private final Dispatcher dispatcher;
    private final InlineScheduler inline;
    private final Closer closer;
    private final Pending pending;
    private final BooleanSupplier onOurThread;
    private final Optional<LogReaders> readers;
    private final LateExecutors lateExecutors = new LateExecutors();
    private final Set<EngineSubscription> open = ConcurrentHashMap.newKeySet();

    Subscriptions(
            Transport transport,
            Settings settings,
            Registry registry,
            Contact contact,
            Machine machine,
            Dispatcher dispatcher,
            Closer closer,
            Pending pending,
            BooleanSupplier onOurThread,
            String memberPrefix) {
        this.transport = transport;
        this.settings = settings;
        this.registry = registry;
        this.events = contact.events();
        this.machine = machine;
        this.dispatcher = dispatcher;
        this.inline = new InlineScheduler(dispatcher);
        this.closer = closer;
        this.pending = pending;
        this.onOurThread = onOurThread;
        this.readers = transport
                .log()
                .map(log -> new LogReaders(
                        transport, log, registry, contact, new Later(machine, dispatcher), settings, memberPrefix));
    }

    /** A feed that has begun, and the future that completes when it is live. */
    private record Begun(Feed feed, CompletableFuture<Void> live) {}

    <T> CompletableFuture<Subscription> subscribe(
            Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(subscriber, "subscriber");
        EngineFuture<Subscription> future = new EngineFuture<>(onOurThread);
        Optional<UnsupportedException> defect = Durables.defect(topic, options, transport.log());
        if (pending.isClosed() || defect.isPresent()) {
            future.completeExceptionally(pending.isClosed() ? Pending.closedException() : defect.get());
            return future;
        }
        Begun begun = begin(topic, options, subscriber);
        EngineSubscription subscription = new EngineSubscription(begun.feed, settings.closeTimeout(), closer, open);
        CompletableFuture<Subscription> decided = new CompletableFuture<>();
        future.whenComplete((live, failure) -> {
            if (live != subscription) { // subscribing failed, or the user has cancelled or completed the future
                subscription.end();
                decided.cancel(false);
            }
        });
        // Watched before it can succeed: a close that has not seen this subscription is noticed
        // here (S5).
        pending.watch(decided, settings.subscribeTimeout(), () -> notConfirmed(topic, begun.feed));
        begun.live.whenComplete((nothing, failure) -> decide(decided, subscription, failure));
        decided.whenComplete((live, failure) -> begun.live.cancel(false)); // the medium need not keep it
        if (decided.isDone()) { // the user does not have the future yet
            decided.whenComplete((live, failure) -> tell(future, subscription, failure));
        } else {
            decided.whenComplete((live, failure) -> {
                endIf(failure, subscription);
                dispatcher.complete(() -> tell(future, subscription, failure));
            });
        }
        return future;
    }

    private <T> Begun begin(Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
        TopicFilter filter = TopicFilter.of(topic.name());
        Scheduler scheduler = scheduler(options);
        if (topic.isDurable()) {
            LogReaders shared = readers.orElseThrow();
            return options.group().isPresent()
                    ? begin(shared, filter, new GroupReader(shared, topic, options, subscriber, scheduler))
                    : begin(shared, filter, new Tailer(shared, topic, options, subscriber, scheduler));
        }
        Registry.Entry<T> entry = registry.add(filter, topic.codec(), options, subscriber, scheduler);
        return new Begun(new LiveFeed(registry, entry), entry.live());
    }

    private static Begun begin(LogReaders shared, TopicFilter filter, LogReader reader) {
        CompletableFuture<Void> hearing = shared.add(filter, reader);
        reader.begin();
        if (!hearing.isDone()) {
            hearing.thenRun(reader::renewed); // a hint may have been sent before it could be received
        }
        CompletableFuture<Void> live = CompletableFuture.allOf(hearing, reader.begun());
        live.whenComplete((nothing, failure) -> hearing.cancel(false));
        return new Begun(reader, live);
    }

    private Scheduler scheduler(SubscribeOptions options) {
        if (options.isInline()) {
            return inline;
        }
        return options.executor()
                .<Scheduler>map(executor -> new ExecutorScheduler(
                        executor, dispatcher, machine, events, lateExecutors, ExecutorScheduler.LATE))
                .orElse(dispatcher);
    }

    /** A failed subscription is removed before its user learns of the failure. */
    private static void tell(
            CompletableFuture<Subscription> future, EngineSubscription subscription, @Nullable Throwable failure) {
        endIf(failure, subscription);
        if (failure != null) {
            future.completeExceptionally(failure);
        } else {
            future.complete(subscription);
        }
    }

    private static void endIf(@Nullable Throwable failure, EngineSubscription subscription) {
        if (failure != null) {
            subscription.end();
        }
    }

    private static void decide(
            CompletableFuture<Subscription> decided, EngineSubscription subscription, @Nullable Throwable failure) {
        if (failure == null) {
            decided.complete(subscription);
        } else {
            decided.completeExceptionally(asBrokerException(subscription, failure));
        }
    }

    private static BrokerException asBrokerException(EngineSubscription subscription, Throwable failure) {
        Throwable cause = EngineFuture.unwrap(failure);
        return cause instanceof BrokerException known
                ? known
                : new BrokerException("subscribe to " + subscription.topic() + ": " + Failures.words(cause), cause);
    }

    private BrokerException notConfirmed(Topic<?> topic, Feed feed) {
        String why = feed.trouble()
                .map(Throwable::getMessage)
                .orElseGet(() -> transport.health().detail());
        return new BrokerException("subscribe to " + topic + ": not confirmed within subscribeTimeout="
                + settings.subscribeTimeout().toMillis() + "ms; " + why + " (README#not-confirmed)");
    }

    /**
     * Refuses new subscriptions. The open ones take no more messages; the waiting messages are
     * still delivered.
     */
    void stop() {
        pending.close();
        open.forEach(EngineSubscription::stop);
    }

    /** The medium's health, lowered if a subscription's executor is late. */
    Health health() {
        return lateExecutors.over(transport.health());
    }

    /** No further handler call starts. */
    void silence() {
        open.forEach(EngineSubscription::silence);
    }

    /** Ends all stopped subscriptions. */
    void end(ClosePlan plan) {
        List<EngineSubscription> ending = List.copyOf(open);
        ending.forEach(subscription -> subscription.awaitDrained(plan.drained()));
        ending.forEach(EngineSubscription::end);
        ending.forEach(subscription -> subscription.awaitQuiet(plan.drained()));
        ending.forEach(subscription -> subscription.settle(plan.settled()));
    }
}
