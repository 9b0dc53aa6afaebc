package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Brokers that break the rules on subscribing. */
final class BrokenSubscribing {
    private BrokenSubscribing() {}

    static List<Class<? extends BrokenContract>> all() {
        return List.of(
                SaysLiveTooEarly.class,
                MissesTheFirstMessage.class,
                DeliversOncePerFilter.class,
                DropsItsOwnMessages.class,
                DeliversAfterClose.class,
                ClosesTheNeighboursToo.class,
                LetsAStarCrossDots.class,
                IgnoresWhatItCannotDo.class,
                WaitsForeverForConfirmation.class);
    }

    @MustFail(
            value = "S1",
            collateral = {"S9", "C4", "C5"})
    static class SaysLiveTooEarly extends BrokenContract {
        /** Completes at once if the medium does not answer at once. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    CompletableFuture<Subscription> live = super.subscribe(topic, options, subscriber);
                    return live.isDone()
                            ? live
                            : CompletableFuture.completedFuture(new Unconfirmed(topic.name(), live));
                }
            };
        }

        private record Unconfirmed(String topic, CompletableFuture<Subscription> live) implements Subscription {
            @Override
            public Optional<Position> position() {
                return Optional.empty();
            }

            @Override
            public Stats stats() {
                return new Stats(0, 0, 0, 0, OptionalLong.empty());
            }

            @Override
            public void close() {
                live.thenAccept(Subscription::close);
            }

            @Override
            public void close(Duration drain) {
                live.thenAccept(subscription -> subscription.close(drain));
            }
        }
    }

    @MustFail(
            value = {"S1", "S2"},
            collateral = {"S5", "S6"})
    static class MissesTheFirstMessage extends BrokenContract {
        /** Of every hundredth subscription. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private final AtomicInteger subscriptions = new AtomicInteger();

                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    AtomicBoolean missing = new AtomicBoolean(subscriptions.incrementAndGet() % 100 == 0);
                    return new Relay<>(subscriber) {
                        @Override
                        public void onMessage(Message<T> message) throws Exception {
                            if (!missing.getAndSet(false)) {
                                super.onMessage(message);
                            }
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = "S3",
            collateral = {"S4", "S7", "D7", "D8"})
    static class DeliversOncePerFilter extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private final Set<TopicFilter> filters = ConcurrentHashMap.newKeySet();

                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    filters.add(TopicFilter.of(topic.name()));
                    return new Relay<>(subscriber) {
                        @Override
                        public void onMessage(Message<T> message) throws Exception {
                            long copies = filters.stream()
                                    .filter(filter -> filter.matches(message.topic()))
                                    .count();
                            for (long copy = 0; copy < copies; copy++) {
                                super.onMessage(message);
                            }
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = "S4",
            collateral = {"S3", "S7", "S8", "C1"})
    static class DropsItsOwnMessages extends BrokenContract {
        /** On wildcards that end in {@code >}. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private final Set<Object> own = ConcurrentHashMap.newKeySet();

                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    own.add(payload);
                    return publisher.publish(payload, headers);
                }

                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Relay<>(subscriber) {
                        @Override
                        public void onMessage(Message<T> message) throws Exception {
                            if (!topic.name().endsWith(">") || !own.contains(message.payload())) {
                                super.onMessage(message);
                            }
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = "S5",
            collateral = {"S6", "C1"})
    static class DeliversAfterClose extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                Subscription subscription(Subscription subscription) {
                    return new Handle(subscription) {
                        @Override
                        public void close() {}
                    };
                }
            };
        }
    }

    @MustFail(
            value = "S6",
            collateral = {"S5", "D3", "C1"})
    static class ClosesTheNeighboursToo extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private final Map<String, Queue<Subscription>> open = new ConcurrentHashMap<>();

                @Override
                Subscription subscription(Subscription subscription) {
                    Queue<Subscription> neighbours =
                            open.computeIfAbsent(subscription.topic(), topic -> new ConcurrentLinkedQueue<>());
                    neighbours.add(subscription);
                    return new Handle(subscription) {
                        @Override
                        public void close() {
                            neighbours.forEach(Subscription::close);
                        }
                    };
                }
            };
        }
    }

    @MustFail(value = "S7", collateral = "D8")
    static class LetsAStarCrossDots extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    boolean ends = topic != null && topic.name().endsWith("*");
                    return super.subscribe(
                            ends ? Topic.of(topic.name().replaceAll("\\*$", ">"), topic.codec()) : topic,
                            options,
                            subscriber);
                }
            };
        }
    }

    @MustFail("S8")
    static class IgnoresWhatItCannotDo extends BrokenContract {
        /** Inline delivery by wildcards. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    boolean ignored =
                            options.isInline() && TopicFilter.of(topic.name()).isPattern();
                    return super.subscribe(topic, options, ignored ? message -> {} : subscriber);
                }
            };
        }
    }

    @MustFail(value = "S9", collateral = "S1")
    static class WaitsForeverForConfirmation extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct);
        }

        @Override
        String tamper(String parameter) {
            return parameter.startsWith("subscribeTimeout") ? "subscribeTimeout=10m" : parameter;
        }
    }
}
