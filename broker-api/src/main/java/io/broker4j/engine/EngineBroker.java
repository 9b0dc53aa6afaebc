package io.broker4j.engine;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Health;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Settings;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The broker over any transport: builds the engine from its parts, and closes them in order. */
final class EngineBroker implements Broker {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    private final Transport transport;
    private final Settings settings;
    private final Contact contact;
    private final Events events;
    private final Machine machine;
    private final Dispatcher dispatcher;
    private final Closer closer;
    private final FailedPublishes failures;
    private final InFlight inFlight;
    private final Outbox outbox;
    private final Registry registry;
    private final Pending pending;
    private final Subscriptions subscriptions;
    private final History history;
    /** Null until {@link #close} is called. */
    private final AtomicReference<@Nullable ClosePlan> closing = new AtomicReference<>();

    private volatile boolean refusing;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final BooleanSupplier onOurThread = this::onOurThread;

    EngineBroker(Transport transport, Contact contact, Settings settings, Machine machine) {
        this.transport = transport;
        this.contact = contact;
        this.settings = settings;
        this.machine = machine;
        events = contact.events();
        machine.timer().execute(() -> {}); // its thread starts before there is anything that depends on it
        dispatcher = new Dispatcher(events, machine);
        closer = new Closer(machine);
        failures = new FailedPublishes(events, machine);
        pending = new Pending(machine);
        inFlight = new InFlight(machine, settings);
        outbox = new Outbox(transport, settings, dispatcher, machine, inFlight, failures, onOurThread);
        registry = new Registry(transport, events);
        subscriptions = new Subscriptions(
                transport,
                settings,
                registry,
                contact,
                machine,
                dispatcher,
                closer,
                pending,
                onOurThread,
                Long.toHexString(outbox.brokerId()));
        history = new History(transport, settings, events, dispatcher, machine, pending, onOurThread);
        CloseWaits.opened(onOurThread);
    }

    Contact contact() {
        return contact;
    }

    @Override
    public <T> Publisher<T> publisher(Topic<T> topic) {
        Objects.requireNonNull(topic, "topic");
        if (TopicFilter.of(topic.name()).isPattern()) {
            throw new IllegalArgumentException("cannot publish to '" + topic
                    + "': wildcards are for subscribing, publish to one topic that matches it (README#topic-name)");
        }
        rejectClosed();
        return outbox.publisher(topic);
    }

    @Override
    public <T> CompletableFuture<Subscription> subscribe(
            Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
        return subscriptions.subscribe(topic, options, subscriber);
    }

    @Override
    public <T> CompletableFuture<Page<T>> history(Topic<T> topic, int max) {
        return history.read(topic, Optional.empty(), max);
    }

    @Override
    public <T> CompletableFuture<Page<T>> history(Topic<T> topic, Position before, int max) {
        return history.read(topic, Optional.of(Objects.requireNonNull(before, "before")), max);
    }

    @Override
    public Health health() {
        return closing.get() != null
                ? new Health(Health.Status.DOWN, Health.Status.DOWN, "this broker is closed")
                : subscriptions.health();
    }

    @Override
    public long failedPublishes(PublishException.Outcome outcome) {
        return failures.count(Objects.requireNonNull(outcome, "outcome"));
    }

    @Override
    public Listening onEvent(Consumer<? super BrokerEvent> listener) {
        rejectClosed();
        return events.add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void close() {
        close(ClosePlan.drain(settings.closeTimeout()));
    }

    @Override
    public void close(Duration drain) {
        ClosePlan mine = ClosePlan.of(Deadline.checkDrain(drain), settings.closeTimeout());
        ClosePlan first = closing.compareAndExchange(null, mine);
        if (first == null) {
            DeferredCalls.withoutUserCode(() -> begin(mine, drain.isZero()));
        }
        long over = first == null || mine.over() - first.over() < 0 ? mine.over() : first.over();
        CloseWaits.run(events, () -> Deadline.awaitDone(closed, over));
    }

    /** When this returns, nothing more is taken from the medium. */
    private void begin(ClosePlan plan, boolean atOnce) {
        try {
            registry.stop();
            subscriptions.stop();
            if (atOnce) {
                refuse();
                subscriptions.silence();
            }
        } finally {
            closer.runApart(() -> release(plan));
        }
    }

    private void refuse() {
        refusing = true;
        outbox.close();
        pending.close();
    }

    /** Whether the calling thread brings the medium's frames and answers. */
    private boolean onOurThread() {
        return transport.onIoThread();
    }

    /** Handlers may publish until their draining time is over. */
    private void release(ClosePlan plan) {
        UserCall call = UserCall.begin(events, null);
        try {
            subscriptions.end(plan);
        } finally {
            refuse();
            releaseTransport(plan);
            inFlight.abandon();
            dispatcher.close(plan.drained(), plan.released());
            dispatcher.awaitEnd(plan.released());
            machine.timer().shutdownNow();
            failures.tellLast();
            Deadline.awaitEnd(machine.timer(), plan.released());
            events.close(plan.told());
            call.end();
            CloseWaits.closed(onOurThread);
            closed.complete(null);
            dispatcher.completeRest();
        }
    }

    private void releaseTransport(ClosePlan plan) {
        try {
            inFlight.awaitAnswers(plan.settled());
            transport.close(Deadline.left(plan.released()));
        } catch (RuntimeException | Error broken) {
            LOGGER.log(System.Logger.Level.WARNING, "closing a transport failed", Failures.printable(broken));
        }
    }

    private void rejectClosed() {
        if (refusing) {
            throw Pending.closedException();
        }
    }
}
