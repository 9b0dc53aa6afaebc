package io.broker4j.engine;

import static io.broker4j.PublishException.Outcome.NOT_SENT;

import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The publishing half of a broker: bounds and numbers messages, hands them to the transport, and awaits its answer. */
final class Outbox {
    private final Transport transport;
    private final Optional<Log> log;
    private final Settings settings;
    private final Dispatcher dispatcher;
    private final Machine machine;
    private final InFlight inFlight;
    private final FailedPublishes failures;
    private final BooleanSupplier onOurThread;
    private final long brokerId;
    private final Numbering published = new Numbering(Numbering.MAX_TOPICS);
    private final Numbering appended = new Numbering(Numbering.MAX_TOPICS);
    private volatile boolean closed;

    Outbox(
            Transport transport,
            Settings settings,
            Dispatcher dispatcher,
            Machine machine,
            InFlight inFlight,
            FailedPublishes failures,
            BooleanSupplier onOurThread) {
        this.transport = transport;
        this.log = transport.log();
        this.settings = settings;
        this.dispatcher = dispatcher;
        this.machine = machine;
        this.brokerId = machine.unique();
        this.inFlight = inFlight;
        this.failures = failures;
        this.onOurThread = onOurThread;
    }

    <T> Publisher<T> publisher(Topic<T> topic) {
        String name = topic.name();
        if (!topic.isDurable()) {
            return new EnginePublisher<>(topic, this, published, transport.outlet(name)::publish);
        }
        Retention retention = topic.retention()
                .orElseThrow(() -> new IllegalArgumentException("cannot publish to '" + topic
                        + "': durable() is for reading, a publisher needs durable(Retention) (README#durable)"));
        return new EnginePublisher<>(
                topic, this, appended, frame -> log.orElseThrow().append(name, frame, retention));
    }

    /**
     * A future that fails with the reason why nothing can be published to a topic now; null if
     * there is none.
     */
    @Nullable
    CompletableFuture<Receipt> refusal(Topic<?> topic) {
        if (closed) {
            return refusedByClose(topic);
        }
        if (topic.isDurable() && log.isEmpty()) {
            UnsupportedException unsupported = Durables.noLog(topic);
            return refused(topic, "this medium keeps no messages, use a live topic (README#durable)", unsupported);
        }
        return null;
    }

    boolean passesReferences() {
        return transport.passesReferences();
    }

    /** Publishes a message that has been checked. */
    CompletableFuture<Receipt> publish(
            EnginePublisher<?> publisher, Object body, Map<String, String> headers, int size) {
        if (!inFlight.take(size)) {
            return refused(
                    publisher.topic(),
                    InFlight.MAX_MESSAGES + " messages or " + InFlight.MAX_BYTES
                            + " bytes are already waiting for the medium's answer: publish slower (README#limits)");
        }
        // A medium in this JVM delivers before it returns, and user code must not run under the
        // topic's lock.
        DeferredCalls calls = DeferredCalls.hold();
        try {
            return handOver(publisher, body, headers, size);
        } finally {
            calls.release();
        }
    }

    private CompletableFuture<Receipt> handOver(
            EnginePublisher<?> publisher, Object body, Map<String, String> headers, int size) {
        for (Numbering.Numbers numbers = publisher.numbers(); ; numbers = publisher.renewedNumbers()) {
            synchronized (numbers) {
                if (!numbers.isForgotten()) {
                    String topic = publisher.topic().name();
                    LiveReceipt receipt = new LiveReceipt(topic, brokerId, numbers.next());
                    CompletableFuture<?> sent = publisher.send(frame(receipt, numbers.isFirst(), headers, body));
                    if (!isNotSent(sent)) {
                        numbers.used();
                    } else if (closed) { // during this publish; the transport reports only that it has no link
                        inFlight.giveBack(size);
                        return refusedByClose(publisher.topic());
                    }
                    return answer(sent, receipt, size);
                }
            }
        }
    }

    private Frame frame(LiveReceipt receipt, boolean first, Map<String, String> headers, Object body) {
        long now = machine.millis();
        return transport.passesReferences()
                ? new Frame.Reference(receipt.publisherId(), receipt.sequence(), first, now, headers, body)
                : new Frame.Live(receipt.publisherId(), receipt.sequence(), first, now, headers, (byte[]) body);
    }

    private static boolean isNotSent(CompletableFuture<?> sent) {
        if (!sent.isCompletedExceptionally()) {
            return false;
        }
        try {
            sent.join();
            return false;
        } catch (CompletionException | CancellationException failed) {
            return failed.getCause() instanceof PublishException known && known.outcome() == NOT_SENT;
        }
    }

    private CompletableFuture<Receipt> answer(CompletableFuture<?> sent, LiveReceipt receipt, int size) {
        if (sent.isDone()) {
            inFlight.giveBack(size);
            return answered(sent, receipt);
        }
        Attempt attempt = new Attempt(onOurThread, sent, receipt, dispatcher, inFlight, failures, size, deadline());
        sent.whenComplete(attempt);
        if (!attempt.isDone()) {
            inFlight.watch(attempt);
        }
        return attempt;
    }

    private long deadline() {
        return machine.nanos() + settings.publishTimeout().toNanos();
    }

    /**
     * The medium has answered before the user has the future: no stage is chained to the future, so
     * no other thread is needed.
     */
    private CompletableFuture<Receipt> answered(CompletableFuture<?> sent, LiveReceipt receipt) {
        if (!sent.isCompletedExceptionally()) {
            return CompletableFuture.completedFuture(receipt.answered(sent.join()));
        }
        Throwable failure =
                sent.<@Nullable Throwable>handle((answer, thrown) -> thrown).join();
        PublishException failed = Attempt.asPublishException(receipt.topic(), Objects.requireNonNull(failure));
        failures.add(receipt.topic(), failed);
        return CompletableFuture.failedFuture(failed);
    }

    private CompletableFuture<Receipt> refusedByClose(Topic<?> topic) {
        return refused(topic, "this broker is closed", Pending.closedException());
    }

    CompletableFuture<Receipt> refused(Topic<?> topic, String why) {
        return refused(topic, new PublishException(NOT_SENT, "publish to " + topic + ": " + why));
    }

    CompletableFuture<Receipt> refused(Topic<?> topic, String why, Throwable cause) {
        return refused(topic, new PublishException(NOT_SENT, "publish to " + topic + ": " + why, cause));
    }

    private CompletableFuture<Receipt> refused(Topic<?> topic, PublishException refusal) {
        failures.add(topic.name(), refusal);
        return CompletableFuture.failedFuture(refusal);
    }

    /** Distinguishes this broker's messages from those of other brokers. */
    long brokerId() {
        return brokerId;
    }

    /** Refuses every later publish. */
    void close() {
        closed = true;
    }
}
