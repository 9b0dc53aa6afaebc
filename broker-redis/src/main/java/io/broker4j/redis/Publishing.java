package io.broker4j.redis;

import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.UnsupportedException;
import io.broker4j.spi.Frame;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The half that publishes: over the link there is, or not at all. Safe for use from any thread. */
final class Publishing implements LinkKeeper.Owner<PublishLink> {
    private final RedisOptions options;
    private final ChannelNames names;
    private final ErrorReplies errors;
    private final Connectivity connectivity;
    private final Node node;
    private Runnable onLinkUp = () -> {};
    private volatile @Nullable PublishLink link;
    private volatile String trouble = "not connected yet";

    Publishing(RedisOptions options, ChannelNames names, ErrorReplies errors, Connectivity connectivity, Node node) {
        this.options = options;
        this.names = names;
        this.errors = errors;
        this.connectivity = connectivity;
        this.node = node;
    }

    /** What else is to be done when there is a new link. */
    void onLinkUp(Runnable action) {
        onLinkUp = action;
    }

    CompletableFuture<Void> publish(String topic, Frame frame) {
        PublishLink current = link;
        if (current == null || !current.isOpen()) {
            return notSent("not connected to " + options.medium() + ": " + why(current), null);
        }
        if (options.raw() && !frame.headers().isEmpty()) {
            String why =
                    "wire=raw carries bare payloads, no headers: publish without, or open the broker with wire=framed";
            return notSent(why, new UnsupportedException(why));
        }
        byte[] message = options.raw() ? frame.payloadBytes() : frame.toBytes();
        return send(current, topic, message);
    }

    CompletableFuture<Void> send(PublishLink over, String topic, byte[] message) {
        Publish command = new Publish(over, this, names.start(), topic, message);
        over.write(command);
        return command;
    }

    /** Words the server's refusal; one that only a replica gives ends the links to it (fact 9). */
    String refused(String channel, String reply) {
        if (ErrorReplies.isFromReplica(reply)) {
            node.renew("the server has become a replica: " + reply);
        }
        return errors.publishRefused(channel, reply);
    }

    /** The link there is, if it is open. */
    @Nullable
    PublishLink link() {
        PublishLink current = link;
        return current != null && current.isOpen() ? current : null;
    }

    private static CompletableFuture<Void> notSent(String why, @Nullable Throwable cause) {
        PublishException refusal = cause == null
                ? new PublishException(Outcome.NOT_SENT, why)
                : new PublishException(Outcome.NOT_SENT, why, cause);
        return CompletableFuture.failedFuture(refusal);
    }

    /** Why nothing can be published; empty if it can. */
    String trouble() {
        PublishLink current = link;
        return current != null && current.isOpen() ? "" : "the publish connection is down: " + why(current);
    }

    private String why(@Nullable PublishLink closed) {
        return closed == null ? trouble : closed.reason();
    }

    @Override
    public void linkUp(PublishLink opened) {
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
