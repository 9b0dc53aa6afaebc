package io.broker4j.engine;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Topic;
import io.broker4j.spi.Log;
import io.broker4j.spi.Settings;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads pages of older messages from a log, each at a user's request. */
final class History {
    private static final int MAX_MESSAGES = 1_000;
    private static final long MAX_BYTES = 4L << 20;

    private final Transport transport;
    private final Settings settings;
    private final Events events;
    private final Dispatcher dispatcher;
    private final Machine machine;
    private final Pending pending;
    private final BooleanSupplier onOurThread;

    /** Pages that the medium has not answered yet, including cancelled pages. */
    private final AtomicInteger underWay = new AtomicInteger();

    History(
            Transport transport,
            Settings settings,
            Events events,
            Dispatcher dispatcher,
            Machine machine,
            Pending pending,
            BooleanSupplier onOurThread) {
        this.transport = transport;
        this.settings = settings;
        this.events = events;
        this.dispatcher = dispatcher;
        this.machine = machine;
        this.pending = pending;
        this.onOurThread = onOurThread;
    }

    <T> CompletableFuture<Broker.Page<T>> read(Topic<T> topic, Optional<Position> before, int max) {
        Objects.requireNonNull(topic, "topic");
        if (max < 1 || max > MAX_MESSAGES) {
            throw new IllegalArgumentException("history of " + max + " messages, must be from 1 to " + MAX_MESSAGES
                    + ": ask again before Page.before");
        }
        if (TopicFilter.of(topic.name()).isPattern()) {
            throw new IllegalArgumentException("history of '" + topic + "': wildcards are for subscribing");
        }
        EngineFuture<Broker.Page<T>> page = new EngineFuture<>(onOurThread);
        if (pending.isClosed()) {
            page.completeExceptionally(Pending.closedException());
        } else if (!topic.isDurable()) {
            page.completeExceptionally(Durables.noHistory(topic));
        } else if (transport.log().isEmpty()) {
            page.completeExceptionally(Durables.noLog(topic));
        } else if (underWay.incrementAndGet() > InFlight.MAX_MESSAGES) {
            underWay.decrementAndGet();
            page.completeExceptionally(tooMany(topic));
        } else {
            CompletableFuture<Broker.Page<T>> read = new CompletableFuture<>();
            read.whenComplete((found, failure) -> dispatcher.complete(() -> complete(page, found, failure)));
            page.whenComplete((found, failure) -> read.cancel(false)); // a cancelled page ends its read
            new Reading<>(transport.log().get(), topic, max, read).more(before);
            pending.watch(read, settings.subscribeTimeout(), () -> late(topic));
        }
        return page;
    }

    private static BrokerException tooMany(Topic<?> topic) {
        return new BrokerException("history of " + topic + ": " + InFlight.MAX_MESSAGES
                + " pages are already being read: ask again when some of them have come (README#limits)");
    }

    private static <T> void complete(CompletableFuture<T> future, T value, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(failure);
        }
    }

    private BrokerException late(Topic<?> topic) {
        return new BrokerException("history of " + topic + ": no answer within subscribeTimeout="
                + settings.subscribeTimeout().toMillis() + "ms; "
                + transport.health().detail() + " (README#not-confirmed)");
    }

    /** One page that is being read. */
    private final class Reading<T> {
        private final Log log;
        private final Topic<T> topic;
        private final int max;
        private final CompletableFuture<Broker.Page<T>> page;

        /** Newest first. Used by one thread after another. */
        private final List<Log.Entry> read = new ArrayList<>();

        private final long startNanos = machine.nanos();
        private long bytes;

        Reading(Log log, Topic<T> topic, int max, CompletableFuture<Broker.Page<T>> page) {
            this.log = log;
            this.topic = topic;
            this.max = max;
            this.page = page;
        }

        /** Asks for one entry more than is wanted: that entry shows whether there are older ones. */
        void more(Optional<Position> before) {
            log.readBack(topic.name(), before, max + 1 - read.size(), MAX_BYTES - bytes)
                    .whenComplete((batch, failure) -> {
                        if (failure == null) {
                            add(batch);
                        } else {
                            underWay.decrementAndGet();
                            page.completeExceptionally(asBrokerException(failure));
                        }
                    });
        }

        private void add(Log.Batch batch) {
            for (Log.Entry entry : batch.entries()) {
                read.add(entry);
                bytes += entry.frame().size();
            }
            if (page.isDone() || !batch.more() || batch.entries().isEmpty() || isFull()) {
                underWay.decrementAndGet();
                dispatcher.complete(() -> page.complete(decoded(batch.more())));
            } else {
                more(Optional.of(read.get(read.size() - 1).position()));
            }
        }

        /** Ends a page early if entries take long to read: otherwise every attempt would time out at the same place. */
        private boolean isFull() {
            long elapsed = machine.nanos() - startNanos;
            return read.size() > max
                    || bytes >= MAX_BYTES
                    || elapsed > settings.subscribeTimeout().toNanos() / 2;
        }

        private Broker.Page<T> decoded(boolean more) {
            List<Log.Entry> shown = read.subList(0, Math.min(max, read.size()));
            List<Message<T>> messages = new ArrayList<>();
            for (Log.Entry entry : shown) {
                Delivery delivery = new Delivery(entry.frame(), topic.name(), entry.position(), 1);
                try {
                    messages.add(delivery.message(topic.codec()));
                } catch (Throwable thrown) {
                    events.emit(new BrokerEvent.Undecodable(topic.name(), delivery.id(), thrown));
                }
            }
            Collections.reverse(messages);
            boolean older = !shown.isEmpty() && (more || read.size() > max);
            return older
                    ? Broker.Page.of(messages, shown.get(shown.size() - 1).position())
                    : Broker.Page.oldest(messages);
        }

        private BrokerException asBrokerException(Throwable failure) {
            Throwable cause = EngineFuture.unwrap(failure);
            return cause instanceof BrokerException known
                    ? known
                    : new BrokerException("history of " + topic + ": " + Failures.words(cause), cause);
        }
    }
}
