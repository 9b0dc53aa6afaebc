package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.Codec;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Message;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Brokers that break the rules on delivery. */
final class BrokenDelivery {
    private BrokenDelivery() {}

    static List<Class<? extends BrokenContract>> all() {
        return List.of(
                SwapsNeighbours.class,
                IgnoresTheExecutor.class,
                GivesUpOnAHandlerThatThrew.class,
                HasOneThreadForAllHandlers.class,
                HidesOverflow.class,
                MiscountsOverflow.class,
                ReplacesWhatIsUndecodable.class,
                RepeatsTheLastMessageAfterAnOutage.class,
                HidesGapsInTheSequence.class,
                HidesOutages.class,
                WakesUpForTheNextMessageOnly.class);
    }

    /** A relay that sees the messages of one subscription one at a time, and counts them. */
    private abstract static class Counting<T> extends Tampered.Relay<T> {
        int count;

        Counting(Subscriber<? super T> user) {
            super(user);
        }

        @Override
        public final void onMessage(Message<T> message) throws Exception {
            count++;
            onCounted(message);
        }

        abstract void onCounted(Message<T> message) throws Exception;

        final void deliver(Message<T> message) throws Exception {
            super.onMessage(message);
        }
    }

    @MustFail(
            value = "D1",
            collateral = {"D4", "D5", "D7", "D8", "D9", "P1", "P3", "P8", "S2"})
    static class SwapsNeighbours extends BrokenContract {
        /** Every 200th message and the one after it. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Counting<>(subscriber) {
                        private @Nullable Message<T> held;

                        @Override
                        void onCounted(Message<T> message) throws Exception {
                            if (count % 200 == 199) {
                                held = message;
                                return;
                            }
                            deliver(message);
                            if (held != null) {
                                deliver(held);
                                held = null;
                            }
                        }
                    };
                }
            };
        }
    }

    @MustFail("D2")
    static class IgnoresTheExecutor extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    return super.subscribe(topic, options.isInline() ? options : withoutExecutor(options), subscriber);
                }

                private SubscribeOptions withoutExecutor(SubscribeOptions options) {
                    SubscribeOptions same = SubscribeOptions.DEFAULTS
                            .withMaxMessages(options.maxMessages())
                            .withMaxBytes(options.maxBytes())
                            .withOverflow(options.overflow())
                            .withStart(options.start())
                            .withRetry(options.retry())
                            .withPrefetch(options.prefetch());
                    return options.group().map(same::withGroup).orElse(same);
                }
            };
        }
    }

    @MustFail("D3")
    static class GivesUpOnAHandlerThatThrew extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Counting<>(subscriber) {
                        private boolean threw;

                        @Override
                        void onCounted(Message<T> message) throws Exception {
                            if (threw) {
                                return;
                            }
                            threw = true;
                            deliver(message);
                            threw = false;
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = "D4",
            collateral = {"D3", "D5", "C4", "S5"})
    static class HasOneThreadForAllHandlers extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            ExecutorService only = Executors.newSingleThreadExecutor(task -> {
                Thread thread = new Thread(task, "broker-only");
                thread.setDaemon(true);
                return thread;
            });
            return new Tampered(correct) {
                @Override
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    return super.subscribe(
                            topic, options.executor().isPresent() ? options : options.withExecutor(only), subscriber);
                }

                @Override
                public void close() {
                    super.close();
                    only.shutdownNow();
                }

                @Override
                public void close(Duration drain) {
                    super.close(drain);
                    only.shutdownNow();
                }
            };
        }
    }

    /** A broker that passes on what {@code gaps} makes of each gap. */
    private static Broker withGaps(Broker correct, java.util.function.Function<Gap, Optional<Gap>> gaps) {
        return new Tampered(correct) {
            @Override
            <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                return new Relay<>(subscriber) {
                    @Override
                    public void onGap(Gap gap) throws Exception {
                        Optional<Gap> shown = gaps.apply(gap);
                        if (shown.isPresent()) {
                            super.onGap(shown.get());
                        }
                    }
                };
            }
        };
    }

    private static Broker hiding(Broker correct, Reason reason) {
        return withGaps(correct, gap -> Optional.of(gap).filter(one -> one.reason() != reason));
    }

    @MustFail(
            value = "D5",
            collateral = {"D3", "S2", "P1", "P3", "D7", "D8"})
    static class HidesOverflow extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return hiding(correct, Reason.OVERFLOW);
        }
    }

    @MustFail(value = "D5", collateral = "D8")
    static class MiscountsOverflow extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return withGaps(
                    correct,
                    gap -> Optional.of(
                            gap.reason() == Reason.OVERFLOW
                                    ? Gap.of(
                                            gap.topic(),
                                            gap.reason(),
                                            gap.count().orElseThrow() + 1)
                                    : gap));
        }
    }

    @MustFail("D6")
    static class ReplacesWhatIsUndecodable extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                @SuppressWarnings("unchecked") // text stays text
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    boolean text = topic != null
                            && topic.codec().equals(Topic.text("any").codec());
                    Codec<String> lenient = Codec.of(
                            payload -> payload.getBytes(StandardCharsets.UTF_8),
                            bytes -> new String(bytes, StandardCharsets.UTF_8));
                    return super.subscribe(
                            text ? (Topic<T>) Topic.of(topic.name(), lenient) : topic, options, subscriber);
                }
            };
        }
    }

    @MustFail(
            value = "D7",
            collateral = {"D8", "P1", "P3"})
    static class RepeatsTheLastMessageAfterAnOutage extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Counting<>(subscriber) {
                        private @Nullable Message<T> last;

                        @Override
                        void onCounted(Message<T> message) throws Exception {
                            last = message;
                            deliver(message);
                        }

                        @Override
                        public void onGap(Gap gap) throws Exception {
                            super.onGap(gap);
                            if (gap.reason() == Reason.DISCONNECTED && last != null) {
                                deliver(last);
                            }
                        }
                    };
                }
            };
        }
    }

    @MustFail(
            value = {"D8", "S2"},
            collateral = {"D5", "D7"})
    static class HidesGapsInTheSequence extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return hiding(correct, Reason.SEQUENCE);
        }
    }

    @MustFail(
            value = "D8",
            collateral = {"C1", "D7", "P1", "P3", "P4", "S2", "S9"})
    static class HidesOutages extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return hiding(correct, Reason.DISCONNECTED);
        }
    }

    @MustFail(
            value = "D9",
            collateral = {"D1", "D7", "D8", "P1", "P3", "P8", "S2", "S5"})
    static class WakesUpForTheNextMessageOnly extends BrokenContract {
        /** At every 300th message. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    return new Counting<>(subscriber) {
                        private @Nullable Message<T> asleep;

                        @Override
                        void onCounted(Message<T> message) throws Exception {
                            if (asleep != null) {
                                deliver(asleep);
                                asleep = null;
                            }
                            if (count % 300 == 0) {
                                asleep = message;
                            } else {
                                deliver(message);
                            }
                        }
                    };
                }
            };
        }
    }
}
