package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Gap;
import io.broker4j.Health;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A correct broker and places to break it: each defect overrides one or two methods. */
class Tampered implements Broker {
    final Broker correct;

    Tampered(Broker correct) {
        this.correct = correct;
    }

    <T> CompletableFuture<Receipt> publish(
            Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
        return publisher.publish(payload, headers);
    }

    /** What the correct broker gets in place of the subscriber. */
    <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
        return new Relay<>(subscriber);
    }

    /** What the user gets in place of the subscription. */
    Subscription subscription(Subscription subscription) {
        return subscription;
    }

    @Override
    public final <T> Publisher<T> publisher(Topic<T> topic) {
        Publisher<T> publisher = correct.publisher(topic);
        return (payload, headers) -> publish(publisher, topic, payload, headers);
    }

    @Override
    public <T> CompletableFuture<Subscription> subscribe(
            Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
        if (subscriber == null) {
            throw new NullPointerException("subscriber");
        }
        CompletableFuture<Subscription> future = new CompletableFuture<>();
        CompletableFuture<Subscription> inner = correct.subscribe(topic, options, subscriber(topic, subscriber));
        future.whenComplete((live, failure) -> inner.cancel(false)); // without effect unless the user has completed it
        inner.whenComplete((live, failure) -> {
            if (failure == null) {
                if (!future.complete(subscription(live))) {
                    live.close(); // the user has completed the future meanwhile
                }
            } else {
                future.completeExceptionally(failure);
            }
        });
        return future;
    }

    @Override
    public <T> CompletableFuture<Page<T>> history(Topic<T> topic, int max) {
        return correct.history(topic, max);
    }

    @Override
    public <T> CompletableFuture<Page<T>> history(Topic<T> topic, Position before, int max) {
        return correct.history(topic, before, max);
    }

    @Override
    public long failedPublishes(PublishException.Outcome outcome) {
        return correct.failedPublishes(outcome);
    }

    @Override
    public Health health() {
        return correct.health();
    }

    @Override
    public Listening onEvent(Consumer<? super BrokerEvent> listener) {
        return correct.onEvent(listener);
    }

    @Override
    public void close() {
        correct.close();
    }

    @Override
    public void close(Duration drain) {
        correct.close(drain);
    }

    /** A subscriber that passes everything on. */
    static class Relay<T> implements Subscriber<T> {
        private static final CompletionStage<?> HANDLED = CompletableFuture.completedFuture(null);

        final Subscriber<? super T> user;

        Relay(Subscriber<? super T> user) {
            this.user = user;
        }

        private CompletionStage<?> stage = HANDLED;

        @Override
        public CompletionStage<?> handle(Message<T> message) throws Exception {
            stage = HANDLED;
            onMessage(message);
            return stage;
        }

        @Override
        @SuppressWarnings("unchecked") // a message is only read
        public void onMessage(Message<T> message) throws Exception {
            stage = ((Subscriber<T>) user).handle(message);
        }

        @Override
        public void onGap(Gap gap) throws Exception {
            user.onGap(gap);
        }
    }

    /** A subscription that passes everything on. */
    static class Handle implements Subscription {
        final Subscription subscription;

        Handle(Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public String topic() {
            return subscription.topic();
        }

        @Override
        public Optional<Position> position() {
            return subscription.position();
        }

        @Override
        public Stats stats() {
            return subscription.stats();
        }

        @Override
        public void close() {
            subscription.close();
        }

        @Override
        public void close(Duration drain) {
            subscription.close(drain);
        }
    }
}
