package io.broker4j.redis;

import io.broker4j.PublishException;
import io.lettuce.core.RedisCommandExecutionException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One round of questions of {@link Probe} to the links, and the answers. Safe for use from any thread. */
final class ProbeRound {
    private final CommandLink out;
    private final @Nullable SubscribeLink in;
    private final ErrorReplies errors;
    private final Node node;
    private final byte[] message = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private final CompletableFuture<Void> back = new CompletableFuture<>();
    private final CompletableFuture<String> refusal = new CompletableFuture<>();

    /** If {@code in} is null, because nothing is received yet, only the publish link is asked. */
    ProbeRound(CommandLink out, @Nullable SubscribeLink in, ErrorReplies errors, Node node) {
        this.out = out;
        this.in = in;
        this.errors = errors;
        this.node = node;
    }

    /** Asks the links; the message that must come back is published to {@code topic}. */
    void ask(Publishing publishing, String topic) {
        CompletableFuture<Role> role = out.role();
        CompletableFuture<Void> sent;
        if (in == null) {
            sent = CompletableFuture.completedFuture(null);
            back.complete(null);
        } else {
            sent = publishing.send(out, topic, message);
        }
        CompletableFuture.allOf(role.thenAccept(this::check), sent).whenComplete((done, failure) -> {
            if (failure == null) {
                answered.complete(null);
            } else {
                fail(failure.getCause() == null ? failure : failure.getCause());
            }
        });
        CompletableFuture.allOf(answered, back).thenRun(() -> refusal.complete(""));
    }

    private void check(Role role) {
        if (!role.isMaster()) {
            node.renew("the server " + role.defect());
        }
    }

    private void fail(Throwable failure) {
        if (failure instanceof RedisCommandExecutionException refused) {
            refusal.complete(errors.roleRefused(String.valueOf(refused.getMessage())));
        } else if (failure instanceof PublishException refused
                && refused.outcome() == PublishException.Outcome.REJECTED) {
            refusal.complete(String.valueOf(refused.getMessage()));
        } else {
            refusal.completeExceptionally(failure);
        }
    }

    /** A message has arrived on the probe's channel. */
    void arrived(byte[] body) {
        if (Arrays.equals(message, body)) {
            back.complete(null);
        }
    }

    /**
     * Completes when every question is answered: with an empty text, or with the refusal. Fails if
     * the outcome is unknown.
     */
    CompletableFuture<String> refusal() {
        return refusal;
    }

    boolean isAnswered() {
        return answered.isDone();
    }

    boolean isBack() {
        return back.isDone();
    }

    /** Whether a link that was asked has ended meanwhile. */
    boolean isOver() {
        return !out.isOpen() || in != null && !in.isOpen();
    }

    @Nullable
    SubscribeLink in() {
        return in;
    }
}
