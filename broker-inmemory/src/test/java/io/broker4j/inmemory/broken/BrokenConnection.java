package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.Message;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Brokers that break the rules on connections and on the end. */
final class BrokenConnection {
    private BrokenConnection() {}

    static List<Class<? extends BrokenContract>> all() {
        return List.of(
                ForgetsWildcardsInAnOutage.class,
                ForgetsNumbersInAnOutage.class,
                IsAlwaysHealthy.class,
                LeavesAThread.class,
                ThrowsAfterClose.class);
    }

    @MustFail(
            value = "C1",
            collateral = {"D7", "D8"})
    static class ForgetsWildcardsInAnOutage extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Relay<>(subscriber) {
                        private boolean forgotten;

                        @Override
                        public void onMessage(Message<T> message) throws Exception {
                            if (!forgotten) {
                                super.onMessage(message);
                            }
                        }

                        @Override
                        public void onGap(Gap gap) throws Exception {
                            super.onGap(gap);
                            forgotten = gap.reason() == Reason.DISCONNECTED
                                    && TopicFilter.of(topic.name()).isPattern();
                        }
                    };
                }
            };
        }
    }

    @MustFail({"S2", "D8"})
    static class ForgetsNumbersInAnOutage extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Relay<>(subscriber) {
                        private boolean forgotten;

                        @Override
                        public void onMessage(Message<T> message) throws Exception {
                            forgotten = false;
                            super.onMessage(message);
                        }

                        @Override
                        public void onGap(Gap gap) throws Exception {
                            forgotten |= gap.reason() == Reason.DISCONNECTED;
                            if (!forgotten || gap.reason() != Reason.SEQUENCE) {
                                super.onGap(gap);
                            }
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = {"C2", "C3"},
            collateral = {"C4", "C5"})
    static class IsAlwaysHealthy extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public Health health() {
                    return new Health(Status.UP, Status.UP, "");
                }
            };
        }
    }

    @MustFail("C4")
    static class LeavesAThread extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            CountDownLatch never = new CountDownLatch(1);
            Thread thread = new Thread(
                    () -> {
                        try {
                            never.await(30, java.util.concurrent.TimeUnit.SECONDS);
                        } catch (InterruptedException asked) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "broker-forgotten");
            thread.setDaemon(true);
            thread.start();
            return new Tampered(correct);
        }
    }

    @MustFail(value = "C5", collateral = "P3")
    static class ThrowsAfterClose extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    if (correct.health().detail().contains("closed")) {
                        throw new IllegalStateException("closed");
                    }
                    return publisher.publish(payload, headers);
                }
            };
        }
    }
}
