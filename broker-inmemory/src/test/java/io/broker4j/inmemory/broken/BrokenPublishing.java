package io.broker4j.inmemory.broken;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Health;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Brokers that break the rules on publishing. */
final class BrokenPublishing {
    private BrokenPublishing() {}

    static List<Class<? extends BrokenContract>> all() {
        return List.of(
                NeverAnswersWhatTimedOut.class,
                SaysPublishedTooEarly.class,
                CallsUnknownNotSent.class,
                SendsLater.class,
                QueuesBeyondTheBound.class,
                ThrowsAtLargePayloads.class,
                EncodesLater.class,
                CallsInlineHandlersFromPublish.class,
                TellsNothingOfFailures.class);
    }

    @MustFail("P9")
    static class TellsNothingOfFailures extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                public Listening onEvent(Consumer<? super BrokerEvent> listener) {
                    return correct.onEvent(event -> {
                        if (!(event instanceof BrokerEvent.PublishFailed)) {
                            listener.accept(event);
                        }
                    });
                }
            };
        }
    }

    /** A future like another, whatever wrapped its failure. */
    private static void link(CompletableFuture<Receipt> from, CompletableFuture<Receipt> to) {
        from.whenComplete((receipt, failure) -> {
            if (failure == null) {
                to.complete(receipt);
            } else {
                to.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
    }

    private static boolean isOutcome(Throwable failure, Outcome outcome) {
        return failure instanceof PublishException known && known.outcome() == outcome;
    }

    @MustFail(
            value = "P1",
            collateral = {"P3", "C4", "C5"})
    static class NeverAnswersWhatTimedOut extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    CompletableFuture<Receipt> future = new CompletableFuture<>();
                    link(
                            publisher
                                    .publish(payload, headers)
                                    .exceptionallyCompose(failure -> isOutcome(failure, Outcome.UNKNOWN)
                                            ? new CompletableFuture<>()
                                            : CompletableFuture.failedFuture(failure)),
                            future);
                    return future;
                }
            };
        }
    }

    @MustFail(
            value = "P2",
            collateral = {"P1", "P3", "P6", "D7", "D8", "S2"})
    static class SaysPublishedTooEarly extends BrokenContract {
        /** Lets the first message of a broker without subscriptions wait 20 ms, and forgets it if it is closed by then. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private boolean used;

                @Override
                <T> Subscriber<T> subscriber(Topic<T> topic, Subscriber<? super T> subscriber) {
                    used = true;
                    return super.subscriber(topic, subscriber);
                }

                @Override
                synchronized <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    if (used
                            || !(payload instanceof String)
                            || headers == null
                            || !headers.isEmpty()
                            || correct.health().publishing() != Health.Status.UP) {
                        return publisher.publish(payload, headers);
                    }
                    used = true;
                    CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)
                            .execute(() -> publisher.publish(payload, headers));
                    return CompletableFuture.completedFuture(Receipt.of(topic.name(), ""));
                }
            };
        }
    }

    @MustFail(
            value = "P3",
            collateral = {"P1", "C5"})
    static class CallsUnknownNotSent extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    CompletableFuture<Receipt> future = new CompletableFuture<>();
                    link(
                            publisher
                                    .publish(payload, headers)
                                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                                            isOutcome(failure, Outcome.UNKNOWN)
                                                    ? new PublishException(Outcome.NOT_SENT, "time-out")
                                                    : failure)),
                            future);
                    return future;
                }
            };
        }
    }

    @MustFail(
            value = "P4",
            collateral = {"P1", "P3", "D7", "D8"})
    static class SendsLater extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private final Queue<Runnable> unsent = new ConcurrentLinkedQueue<>();

                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    CompletableFuture<Receipt> published = publisher.publish(payload, headers);
                    if (published.isCompletedExceptionally()) {
                        published.exceptionally(failure -> {
                            if (failure.getMessage().contains("disconnected")) {
                                unsent.add(() -> publisher.publish(payload, headers));
                            }
                            return null;
                        });
                    } else {
                        for (Runnable late = unsent.poll(); late != null; late = unsent.poll()) {
                            late.run();
                        }
                    }
                    return published;
                }
            };
        }
    }

    @MustFail("P5")
    static class QueuesBeyondTheBound extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    CompletableFuture<Receipt> published = publisher.publish(payload, headers);
                    boolean beyond = published.isCompletedExceptionally()
                            && published
                                    .handle((receipt, failure) ->
                                            failure.getMessage().contains("publish slower"))
                                    .join();
                    return beyond ? new CompletableFuture<>() : published;
                }
            };
        }
    }

    @MustFail("P6")
    static class ThrowsAtLargePayloads extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    if (payload instanceof byte[] bytes && bytes.length > 256 * 1024) {
                        throw new IllegalArgumentException("payload too large");
                    }
                    return publisher.publish(payload, headers);
                }
            };
        }
    }

    @MustFail("P7")
    static class EncodesLater extends BrokenContract {
        /** In batches of 100, where there are headers. */
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();

                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    if (!(payload instanceof byte[] && headers.containsKey("n"))) {
                        return publisher.publish(payload, headers);
                    }
                    CompletableFuture<Receipt> future = new CompletableFuture<>();
                    held.add(() -> link(publisher.publish(payload, headers), future));
                    if (held.size() == 100) {
                        held.forEach(Runnable::run);
                    }
                    return future;
                }
            };
        }
    }

    @MustFail(
            value = "P8",
            collateral = {"D1", "D3", "D4", "S5", "S8", "C4"})
    static class CallsInlineHandlersFromPublish extends BrokenContract {
        @Override
        Broker tamper(Broker correct) {
            return new Tampered(correct) {
                private final Map<String, List<Subscriber<Object>>> inline =
                        new java.util.concurrent.ConcurrentHashMap<>();

                @Override
                @SuppressWarnings("unchecked") // one topic, one type
                public <T> CompletableFuture<Subscription> subscribe(
                        Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber) {
                    if (!options.isInline()) {
                        return super.subscribe(topic, options, subscriber);
                    }
                    inline.computeIfAbsent(topic.name(), name -> new CopyOnWriteArrayList<>())
                            .add((Subscriber<Object>) subscriber);
                    return super.subscribe(topic, options, message -> {});
                }

                @Override
                <T> CompletableFuture<Receipt> publish(
                        Publisher<T> publisher, Topic<T> topic, T payload, Map<String, String> headers) {
                    for (Subscriber<Object> subscriber : inline.getOrDefault(topic.name(), List.of())) {
                        try {
                            subscriber.handle(io.broker4j.Message.<Object>builder(topic.name(), payload)
                                    .headers(headers)
                                    .build());
                        } catch (Exception thrown) {
                            return CompletableFuture.failedFuture(thrown);
                        }
                    }
                    return publisher.publish(payload, headers);
                }
            };
        }
    }
}
