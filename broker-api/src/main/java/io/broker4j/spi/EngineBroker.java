package io.broker4j.spi;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.ClosedException;
import io.broker4j.Health;
import io.broker4j.Position;
import io.broker4j.Publisher;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The broker over any transport: puts the engine's parts together, and takes them apart again. */
final class EngineBroker implements Broker, Receiver {
    private final Transport transport;
    private final Settings settings;
    private final Events events = new Events();
    private final TimerThread timerThread = new TimerThread();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, timerThread);
    private final Dispatcher dispatcher = new Dispatcher(timer, Threads.handlers("worker"));
    private final InFlight inFlight;
    private final Outbox outbox;
    private final Registry registry;
    private final Set<CompletableFuture<Subscription>> pending = ConcurrentHashMap.newKeySet();
    private final Set<LiveSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    EngineBroker(Transport transport, Settings settings) {
        this.transport = transport;
        this.settings = settings;
        timer.setRemoveOnCancelPolicy(true);
        inFlight = new InFlight(timer, settings);
        outbox = new Outbox(transport, settings, inFlight, this::onOurThread);
        registry = new Registry(transport, events);
    }

    @Override
    public <T> Publisher<T> publisher(Topic<T> topic) {
        if (TopicFilter.of(topic.name()).isPattern()) {
            throw new IllegalArgumentException("cannot publish to '" + topic
                    + "': wildcards are for subscribing, publish to one topic that matches it (README#topic-name)");
        }
        rejectClosed();
        return new EnginePublisher<>(topic, outbox);
    }

    @Override
    public <T> CompletableFuture<Subscription> subscribe(
            Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Scheduler scheduler = scheduler(options);
        EngineFuture<Subscription> future = new EngineFuture<>(this::onOurThread);
        if (closing.get()) {
            future.completeExceptionally(closedException());
            return future;
        }
        if (topic.retention().isPresent()) {
            future.completeExceptionally(noLog(topic));
            return future;
        }
        Registry.Entry<T> entry =
                registry.add(TopicFilter.of(topic.name()), topic.codec(), options, subscriber, scheduler);
        LiveSubscription subscription =
                new LiveSubscription(registry, entry, this::onOurThread, settings.closeTimeout(), subscriptions);
        CompletableFuture<Subscription> decided = new CompletableFuture<>();
        decided.whenComplete((live, failure) -> tell(future, subscription, failure));
        future.whenComplete((live, failure) -> {
            pending.remove(decided);
            if (failure != null) {
                subscription.end(); // also when the user cancels
            }
        });
        pending.add(decided);
        decide(decided, subscription, entry.live());
        if (closing.get()) {
            decided.completeExceptionally(closedException());
            subscription.end();
        }
        return future;
    }

    /** A subscription that failed is gone before anybody hears of it. */
    private static void tell(
            CompletableFuture<Subscription> future, LiveSubscription subscription, @Nullable Throwable failure) {
        if (failure != null) {
            subscription.end();
            future.completeExceptionally(failure);
        } else {
            future.complete(subscription);
        }
    }

    private Scheduler scheduler(SubscribeOptions options) {
        if (options.isInline()) {
            return InlineScheduler.INSTANCE;
        }
        return options.executor()
                .<Scheduler>map(executor -> new ExecutorScheduler(executor, timer, events))
                .orElse(dispatcher);
    }

    /** Completes a future when the subscription is live, refused, or out of time. */
    private void decide(
            CompletableFuture<Subscription> decided, LiveSubscription subscription, CompletableFuture<Void> live) {
        live.whenComplete((nothing, failure) -> {
            if (failure == null) {
                decided.complete(subscription);
            } else {
                decided.completeExceptionally(asBrokerException(subscription, failure));
            }
        });
        if (decided.isDone()) {
            return;
        }
        try {
            var timeout = timer.schedule(
                    () -> decided.completeExceptionally(notConfirmed(subscription)),
                    settings.subscribeTimeout().toMillis(),
                    TimeUnit.MILLISECONDS);
            decided.whenComplete((done, failure) -> timeout.cancel(false));
        } catch (RejectedExecutionException brokerClosed) {
            decided.completeExceptionally(closedException());
        }
    }

    private static BrokerException asBrokerException(LiveSubscription subscription, Throwable failure) {
        Throwable cause = EngineFuture.unwrap(failure);
        return cause instanceof BrokerException known
                ? known
                : new BrokerException("subscribe to " + subscription.topic() + ": " + cause, cause);
    }

    private BrokerException notConfirmed(LiveSubscription subscription) {
        return new BrokerException("subscribe to " + subscription.topic() + ": not confirmed within subscribeTimeout="
                + settings.subscribeTimeout().toMillis() + "ms; " + health().detail() + " (README#not-confirmed)");
    }

    @Override
    public <T> CompletableFuture<Page<T>> history(Topic<T> topic, int max) {
        return CompletableFuture.failedFuture(noLog(topic));
    }

    @Override
    public <T> CompletableFuture<Page<T>> history(Topic<T> topic, Position before, int max) {
        return CompletableFuture.failedFuture(noLog(topic));
    }

    private static UnsupportedException noLog(Topic<?> topic) {
        return new UnsupportedException(topic + " as a durable topic: this medium keeps no messages (README#durable)");
    }

    @Override
    public Health health() {
        return closing.get()
                ? new Health(Health.Status.DOWN, Health.Status.DOWN, "this broker is closed")
                : transport.health();
    }

    @Override
    public AutoCloseable onEvent(Consumer<? super BrokerEvent> listener) {
        rejectClosed();
        return events.add(listener);
    }

    @Override
    public void received(TopicFilter filter, String topic, Frame frame) {
        registry.received(filter, topic, frame);
    }

    @Override
    public void renewed(TopicFilter filter) {
        registry.renewed(filter);
    }

    @Override
    public void together(Runnable deliveries) {
        Afterwards afterwards = Afterwards.hold();
        try {
            deliveries.run();
        } finally {
            afterwards.release();
        }
    }

    @Override
    public void event(BrokerEvent event) {
        events.emit(event);
    }

    @Override
    public void close() {
        close(subscription -> {}, settings.closeTimeout());
    }

    @Override
    public void close(Duration drain) {
        long drained = Deadline.in(drain);
        close(
                subscription -> subscription.drain(drained),
                Deadline.left(drained).plus(settings.closeTimeout()));
    }

    private void close(Consumer<LiveSubscription> beforeEnd, Duration timeout) {
        boolean mayWait = !isOurThread();
        if (closing.compareAndSet(false, true)) {
            outbox.close();
            pending.forEach(future -> future.completeExceptionally(closedException()));
            if (mayWait) {
                release(beforeEnd, timeout);
            } else {
                Threads.platform("closer")
                        .newThread(() -> release(beforeEnd, timeout))
                        .start();
            }
        } else if (mayWait) {
            closed.join();
        }
    }

    /** Whether the calling thread is one that closing waits for. */
    private boolean isOurThread() {
        return onOurThread() || events.isTelling(Thread.currentThread()) || Mailbox.isRunHereFor(events);
    }

    /** Whether the calling thread is one that completes futures. */
    private boolean onOurThread() {
        return transport.onIoThread() || timerThread.isCurrent();
    }

    /** Half of the time is for handlers in progress, the rest for the medium. */
    private void release(Consumer<LiveSubscription> beforeEnd, Duration timeout) {
        long deadline = Deadline.in(timeout);
        long handlersDeadline = deadline - settings.closeTimeout().dividedBy(2).toNanos();
        try {
            subscriptions.forEach(beforeEnd);
            List<LiveSubscription> ended = List.copyOf(subscriptions);
            ended.forEach(LiveSubscription::end);
            ended.forEach(subscription -> subscription.awaitQuiet(handlersDeadline));
            inFlight.awaitAnswers(handlersDeadline);
            transport.close(Deadline.left(deadline));
        } finally {
            inFlight.abandon();
            dispatcher.close(handlersDeadline);
            timer.shutdownNow();
            Threads.awaitEnd(timer, deadline);
            events.close(deadline);
            closed.complete(null);
        }
    }

    private void rejectClosed() {
        if (closing.get()) {
            throw closedException();
        }
    }

    private static ClosedException closedException() {
        return new ClosedException("this broker is closed");
    }
}
