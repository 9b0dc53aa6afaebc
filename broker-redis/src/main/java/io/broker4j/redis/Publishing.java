package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Retention;
import io.broker4j.UnsupportedException;
import io.broker4j.spi.Frame;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The publishing half of the transport: uses the current link, and fails if there is none. Safe for
 * use from any thread.
 */
final class Publishing implements LinkKeeper.Owner<CommandLink> {
    private final RedisOptions options;
    private final ChannelNames names;
    private final ErrorMeaning meaning;
    private final AppendAsides asides;
    private final Connectivity connectivity;
    private Runnable onLinkUp = () -> {};
    private volatile @Nullable CommandLink link;
    private volatile String trouble = "not connected yet";

    Publishing(
            RedisOptions options,
            ChannelNames names,
            ErrorMeaning meaning,
            AppendAsides asides,
            Connectivity connectivity) {
        this.options = options;
        this.names = names;
        this.meaning = meaning;
        this.asides = asides;
        this.connectivity = connectivity;
    }

    /** Sets an action that runs for each new link. */
    void onLinkUp(Runnable action) {
        onLinkUp = action;
    }

    CompletableFuture<Void> publish(String topic, Frame frame) {
        CommandLink current = link;
        if (current == null || !current.isOpen()) {
            return notSent(notConnected(current), null);
        }
        if (options.raw() && !frame.headers().isEmpty()) {
            String why =
                    "wire=raw carries bare payloads, no headers: publish without headers, or open with wire=framed";
            return notSent(why, new UnsupportedException(why));
        }
        byte[] message = options.raw() ? frame.payloadBytes() : frame.toBytes();
        return send(current, topic, message);
    }

    CompletableFuture<Void> send(CommandLink over, String topic, byte[] message) {
        Publish command = new Publish(meaning, names.start(), topic, message);
        over.write(command);
        return command;
    }

    CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        CommandLink current = link;
        if (current == null || !current.isOpen()) {
            return notSent(notConnected(current), null);
        }
        Append command = new Append(meaning, asides, names.start(), topic, frame, retention);
        current.write(command);
        return command;
    }

    /** The current link, if it is open. */
    @Nullable
    CommandLink link() {
        CommandLink current = link;
        return current != null && current.isOpen() ? current : null;
    }

    private static <T> CompletableFuture<T> notSent(String why, @Nullable Throwable cause) {
        PublishException refusal = cause == null
                ? new PublishException(Outcome.NOT_SENT, why)
                : new PublishException(Outcome.NOT_SENT, why, cause);
        return CompletableFuture.failedFuture(refusal);
    }

    /** Why nothing can be published; empty if publishing works. */
    String trouble() {
        CommandLink current = link;
        return current != null && current.isOpen() ? "" : "the publish connection is down: " + why(current);
    }

    private String notConnected(@Nullable CommandLink closed) {
        return "not connected to " + options.medium() + ": " + why(closed);
    }

    private String why(@Nullable CommandLink closed) {
        return closed == null ? trouble : closed.reason();
    }

    @Override
    public void linkUp(CommandLink opened) {
        link = opened;
        connectivity.up("publish");
        onLinkUp.run();
    }

    @Override
    public void linkDown(String reason) {
        trouble = reason;
        link = null;
        connectivity.down("publish", reason);
    }
}
