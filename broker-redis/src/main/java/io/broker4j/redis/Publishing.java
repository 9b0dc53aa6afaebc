package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Retention;
import io.broker4j.UnsupportedException;
import io.broker4j.spi.Frame;
import io.lettuce.core.protocol.CommandType;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The publishing half: uses the current link, and fails if there is none. Safe for use from any thread. */
final class Publishing implements LinkKeeper.Owner<CommandLink> {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");

    private final RedisOptions options;
    private final ChannelNames names;
    private final ErrorReplies errors;
    private final Connectivity connectivity;
    private final Node node;
    private final AtomicBoolean hintFailed = new AtomicBoolean();
    private final AtomicBoolean persistFailed = new AtomicBoolean();
    private Runnable onLinkUp = () -> {};
    private volatile @Nullable CommandLink link;
    private volatile String trouble = "not connected yet";

    Publishing(RedisOptions options, ChannelNames names, ErrorReplies errors, Connectivity connectivity, Node node) {
        this.options = options;
        this.names = names;
        this.errors = errors;
        this.connectivity = connectivity;
        this.node = node;
    }

    /** A further action for each new link. */
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
                    "wire=raw carries bare payloads, no headers: publish without, or open the broker with wire=framed";
            return notSent(why, new UnsupportedException(why));
        }
        byte[] message = options.raw() ? frame.payloadBytes() : frame.toBytes();
        return send(current, topic, message);
    }

    CompletableFuture<Void> send(CommandLink over, String topic, byte[] message) {
        Publish command = new Publish(this, names.start(), topic, message);
        over.write(command);
        return command;
    }

    CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        CommandLink current = link;
        if (current == null || !current.isOpen()) {
            return notSent(notConnected(current), null);
        }
        Append command = new Append(this, names.start(), topic, frame, retention);
        current.write(command);
        return command;
    }

    /**
     * The hint that a topic's log has grown, not sent yet. If it names a position, it names the beginning of that
     * position's millisecond: a log that was deleted may number entries anew within the millisecond, and readers of the
     * hint would report another loss.
     */
    Request<?> hint(String topic, Position known) {
        byte[] hint =
                new Frame.Hint(known.high() == 0 ? known : Position.of(known.high(), 0), options.database()).toBytes();
        return aside(new Publish(this, names.start(), topic, hint), hintFailed, "new messages may be read late");
    }

    /** Removes the end of a topic's log, whatever another append wanted; not sent yet. */
    Request<?> persist(String topic) {
        String key = names.start() + topic;
        Request<?> persist = new Query<>(
                CommandType.PERSIST,
                key,
                List.of(ChannelNames.bytes(key)),
                new TreeOutput<>(reply -> reply),
                error -> new BrokerException(refused("PERSIST", key, error)));
        return aside(persist, persistFailed, "if another publisher has given this log an end, it still holds");
    }

    /** A command whose result nobody awaits. A lost link is expected here; the first refusal of each kind is logged. */
    private static Request<?> aside(Request<?> request, AtomicBoolean told, String consequence) {
        request.whenComplete((done, failure) -> {
            if (failure != null && request.isCarried() && told.compareAndSet(false, true)) {
                LOGGER.log(Level.WARNING, failure.getMessage() + "; " + consequence);
            }
        });
        return request;
    }

    /** Builds the message for a refused PUBLISH; a refusal that only a replica gives ends the links to it (fact 9). */
    String publishRefused(String channel, String reply) {
        noteReplica(reply);
        return errors.publishRefused(channel, reply);
    }

    /** As {@link #publishRefused}, for a command about a log. */
    String refused(String command, String key, String reply) {
        noteReplica(reply);
        return errors.logRefused(command + " " + key, key, reply);
    }

    private void noteReplica(String reply) {
        if (ErrorReplies.isFromReplica(reply)) {
            node.renew("the server has become a replica: " + reply);
        }
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
