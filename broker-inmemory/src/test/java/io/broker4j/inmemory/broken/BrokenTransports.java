package io.broker4j.inmemory.broken;

import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Log;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.ForwardingTransport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brokers over transports that owe the engine something. */
final class BrokenTransports {
    private BrokenTransports() {}

    static List<Class<? extends BrokenContract>> all() {
        return List.of(
                TakesTheLastAnswerForThisOne.class,
                IsUpWhileASubscribeIsNotConfirmed.class,
                HandsOverTheOldLinkAfterTheNewOne.class,
                KnowsNoGroups.class);
    }

    /** Not broken: tests that need groups are skipped. */
    @MustFail({})
    static class KnowsNoGroups extends BrokenLogContract {
        @Override
        Log tamperLog(Log correct) {
            return new TamperedLog(correct) {
                @Override
                public Optional<Groups> groups() {
                    return Optional.empty();
                }
            };
        }
    }

    @MustFail(
            value = {"S1", "S9"},
            collateral = {"C4", "C5"})
    static class TakesTheLastAnswerForThisOne extends BrokenContract {
        @Override
        Transport tamper(Transport correct) {
            return new ForwardingTransport(correct) {
                private @Nullable CompletableFuture<Void> last;

                @Override
                public synchronized CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
                    CompletableFuture<Void> earlier = last;
                    last = super.subscribe(filter, kind, inlet);
                    return earlier == null || earlier.isCompletedExceptionally() ? last : earlier.thenRun(() -> {});
                }
            };
        }
    }

    @MustFail("C3")
    static class IsUpWhileASubscribeIsNotConfirmed extends BrokenContract {
        private static final Duration NOTICED = Duration.ofSeconds(4);

        /** The silence is noticed by a probe, the subscribe without an answer is not. */
        @Override
        Transport tamper(Transport correct) {
            return new ForwardingTransport(correct) {
                private long silentSince;

                @Override
                public synchronized Health health() {
                    Health known = super.health();
                    long now = System.nanoTime();
                    if (!known.detail().endsWith("does not answer")) {
                        silentSince = now;
                        return known;
                    }
                    return now - silentSince < NOTICED.toNanos() ? new Health(Status.UP, Status.UP, "") : known;
                }
            };
        }
    }

    @MustFail(
            value = {"D7", "D8"},
            collateral = {"P8", "D9"})
    static class HandsOverTheOldLinkAfterTheNewOne extends BrokenContract {
        /** Frames pass a queue that the news of a renewed link does not. Hundreds, one after another, take too long for D9. */
        @Override
        Transport tamper(Transport correct) {
            ScheduledExecutorService queue = Executors.newSingleThreadScheduledExecutor();
            return new ForwardingTransport(correct) {
                @Override
                public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
                    return super.subscribe(filter, kind, new Overtaken(inlet, queue));
                }

                @Override
                public void close(Duration deadline) {
                    super.close(deadline);
                    queue.shutdown();
                }
            };
        }

        private record Overtaken(Inlet inlet, ScheduledExecutorService queue) implements Inlet {
            @Override
            public void received(String topic, Frame frame) {
                if (!queue.isShutdown()) {
                    queue.schedule(() -> inlet.received(topic, frame), 10, TimeUnit.MILLISECONDS);
                }
            }

            @Override
            public void renewed() {
                inlet.renewed();
            }
        }
    }
}
