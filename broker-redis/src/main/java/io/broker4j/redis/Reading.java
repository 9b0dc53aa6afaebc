package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.spi.Groups;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The half of the transport that reads logs. It also sends every other request for durable topics,
 * except appends. The first request opens its connection and waits for it; later requests are
 * refused while there is no connection. However many readers there are, only so many requests are
 * in flight as the connection's queue holds. Safe for use from any thread.
 */
final class Reading implements LinkKeeper.Owner<CommandLink> {
    private static final Duration LIMIT = ConnectionSettings.COMMAND_TIMEOUT;

    private final String medium;
    private final ErrorMeaning meaning;
    private final AppendAsides asides;
    private final Connectivity connectivity;
    private final Tasks tasks;
    private final Portions portions;
    private final FewAtATime underWay = new FewAtATime(ConnectionSettings.MOST_READS);
    private final CompletableFuture<CommandLink> first = new CompletableFuture<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private Runnable connect = () -> {};
    private volatile @Nullable CommandLink link;
    private volatile String trouble = "the broker was closed";
    private volatile @Nullable Request<?> newest;
    private volatile GroupCursors cursors = new GroupCursors();

    Reading(
            String medium,
            ErrorMeaning meaning,
            AppendAsides asides,
            Connectivity connectivity,
            Tasks tasks,
            Portions portions) {
        this.medium = medium;
        this.meaning = meaning;
        this.asides = asides;
        this.connectivity = connectivity;
        this.tasks = tasks;
        this.portions = portions;
    }

    /** Sets the action that opens the first link; the action is called repeatedly. */
    void connectBy(Runnable action) {
        connect = action;
    }

    /** The limits on the size of replies. */
    Portions portions() {
        return portions;
    }

    /**
     * What the current link has told about groups. An answer of an earlier link goes to an earlier object: it may no
     * longer be true.
     */
    GroupCursors cursors() {
        return cursors;
    }

    /** Tells readers that a topic's log has grown. */
    void hint(String topic, Position last) {
        send(asides.hint(topic, last));
    }

    /** Sends a request when it is its turn, or fails it if it cannot be sent. */
    <T> CompletableFuture<T> send(Request<T> request) {
        return underWay.send(() -> begin(request));
    }

    private <T> CompletableFuture<T> begin(Request<T> request) {
        CommandLink current = link;
        if (current != null && current.isOpen()) {
            current.write(request);
            watch(request);
        } else if (first.isDone()) {
            request.refuse(
                    "not connected to " + medium + " for logs: " + (current == null ? trouble : current.reason()));
        } else {
            connect.run();
            first.whenComplete((up, down) -> begin(request));
        }
        return request;
    }

    /** The exception for a refusal by the server. */
    BrokerException refused(String command, String key, String reply) {
        String words = meaning.ofLogCommand(command, key, reply);
        boolean missing = ErrorReplies.code(reply).equals("NOGROUP") || ErrorReplies.isNoKey(reply);
        return missing ? new Groups.MissingGroupException(words) : new BrokerException(words);
    }

    /**
     * Watches one request at a time, and then the newest one. So no request waits for more than
     * twice the limit.
     */
    private void watch(Request<?> request) {
        newest = request;
        if (watching.compareAndSet(false, true)) {
            request.link().judgeLater(() -> judge(request), LIMIT, tasks);
        }
    }

    private void judge(Request<?> watched) {
        Carrier carrier = watched.link();
        if (!watched.isDone() && carrier.silence().compareTo(LIMIT) >= 0) {
            carrier.abort("no reply to " + watched.words() + " within " + LIMIT.toSeconds() + " s");
        }
        watching.set(false);
        Request<?> next = newest;
        if (next != null && !next.isDone()) {
            watch(next);
        }
    }

    /** Why no log can be read; empty if reading works, or was not needed yet. */
    String trouble() {
        CommandLink current = link;
        if (!first.isDone() || current != null && current.isOpen()) {
            return "";
        }
        return "the connection for logs is down: " + (current == null ? trouble : current.reason());
    }

    @Override
    public void linkUp(CommandLink opened) {
        link = opened;
        connectivity.up("log");
        first.complete(opened);
    }

    @Override
    public void linkDown(String reason) {
        trouble = reason;
        cursors = new GroupCursors();
        link = null;
        connectivity.down("log", reason);
        first.completeExceptionally(new BrokerException(reason));
    }

    /** Fails the requests that wait for the first link. */
    void close() {
        first.completeExceptionally(new BrokerException("the broker was closed"));
    }
}
