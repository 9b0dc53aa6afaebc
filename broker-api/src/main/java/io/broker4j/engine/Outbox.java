package io.broker4j.engine;

import static io.broker4j.PublishException.Outcome.NOT_SENT;

import io.broker4j.PublishException;
import io.broker4j.Receipt;
import io.broker4j.Topic;
import io.broker4j.UnsupportedException;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Limits;
import io.broker4j.spi.Log;
import io.broker4j.spi.Settings;
import io.broker4j.spi.Transport;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The publishing half of a broker: checks, encodes and numbers messages, and hands them to the transport. */
final class Outbox {
    private final Transport transport;
    private final Optional<Log> log;
    private final Settings settings;
    private final Dispatcher dispatcher;
    private final InFlight inFlight;
    private final FailedPublishes failures;
    private final BooleanSupplier onOurThread;
    private final long brokerId = new SecureRandom().nextLong();
    private final Numbering published = new Numbering(Numbering.MAX_TOPICS);
    private final Numbering appended = new Numbering(Numbering.MAX_TOPICS);
    private volatile boolean closed;

    Outbox(
            Transport transport,
            Settings settings,
            Dispatcher dispatcher,
            InFlight inFlight,
            FailedPublishes failures,
            BooleanSupplier onOurThread) {
        this.transport = transport;
        this.log = transport.log();
        this.settings = settings;
        this.dispatcher = dispatcher;
        this.inFlight = inFlight;
        this.failures = failures;
        this.onOurThread = onOurThread;
    }

    <T> CompletableFuture<Receipt> publish(Topic<T> topic, T payload, Map<String, String> headers) {
        if (closed) {
            return refusedByClose(topic);
        }
        if (topic.retention().isPresent() && log.isEmpty()) {
            UnsupportedException unsupported = Durables.noLog(topic);
            return refused(topic, "this medium keeps no messages, use a live topic (README#durable)", unsupported);
        }
        rejectNulls(headers);
        Map<String, String> copied = Map.copyOf(headers);
        String defect = Limits.headersDefect(copied);
        if (!defect.isEmpty()) {
            return refused(topic, defect);
        }
        if (transport.passesReferences()) {
            return send(topic, payload, copied, Limits.sizeOf(copied));
        }
        byte[] body;
        try {
            body = Objects.requireNonNull(topic.codec().encode(payload), "it returned null");
        } catch (Throwable thrown) {
            return refused(topic, "the codec cannot encode the payload: " + Failures.words(thrown), thrown);
        }
        String tooLarge = Limits.payloadDefect(body.length);
        return tooLarge.isEmpty()
                ? send(topic, body, copied, body.length + Limits.sizeOf(copied))
                : refused(topic, tooLarge);
    }

    private static void rejectNulls(Map<String, String> headers) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            Objects.requireNonNull(header.getKey(), "name of a header");
            Objects.requireNonNull(header.getValue(), () -> "value of header '" + header.getKey() + "'");
        }
    }

    private CompletableFuture<Receipt> send(Topic<?> topic, Object body, Map<String, String> headers, int size) {
        if (!inFlight.take(size)) {
            return refused(
                    topic,
                    InFlight.MAX_MESSAGES + " messages or " + InFlight.MAX_BYTES
                            + " bytes are already waiting for the medium's answer: publish slower (README#limits)");
        }
        // A medium in this JVM delivers before it returns, and user code must not run under our lock.
        Afterwards afterwards = Afterwards.hold();
        try {
            return handOver(topic, body, headers, size);
        } finally {
            afterwards.release();
        }
    }

    private CompletableFuture<Receipt> handOver(Topic<?> topic, Object body, Map<String, String> headers, int size) {
        Numbering numbering = topic.retention().isPresent() ? appended : published;
        while (true) {
            Numbering.Numbers numbers = numbering.of(topic.name());
            synchronized (numbers) {
                if (!numbers.isForgotten()) {
                    LiveReceipt receipt = new LiveReceipt(topic.name(), brokerId, numbers.next());
                    CompletableFuture<?> sent = send(topic, frame(receipt, numbers.isFirst(), headers, body));
                    if (!isNotSent(sent)) {
                        numbers.used();
                    } else if (closed) { // during this publish; the transport says only that it has no link
                        inFlight.giveBack(size);
                        return refusedByClose(topic);
                    }
                    return answer(sent, receipt, size);
                }
            }
        }
    }

    /**
     * A transport that throws may have sent the message: the outcome is {@code UNKNOWN}, as for every failure without a
     * named outcome.
     */
    private CompletableFuture<?> send(Topic<?> topic, Frame frame) {
        try {
            return topic.retention().isPresent()
                    ? log.orElseThrow()
                            .append(topic.name(), frame, topic.retention().get())
                    : transport.publish(topic.name(), frame);
        } catch (RuntimeException | Error broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    private Frame frame(LiveReceipt receipt, boolean first, Map<String, String> headers, Object body) {
        long now = System.currentTimeMillis();
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
        Attempt attempt = new Attempt(
                onOurThread, sent, receipt, dispatcher, inFlight, failures, size, settings.publishTimeout());
        sent.whenComplete(attempt);
        if (!attempt.isDone()) {
            inFlight.watch(attempt);
        }
        return attempt;
    }

    /**
     * The answer is there before the user has the future: no stage is chained to the future, and no other thread is
     * needed.
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

    private CompletableFuture<Receipt> refused(Topic<?> topic, String why) {
        return refused(topic, new PublishException(NOT_SENT, "publish to " + topic + ": " + why));
    }

    private CompletableFuture<Receipt> refused(Topic<?> topic, String why, Throwable cause) {
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
