package io.broker4j.engine;

import org.jspecify.annotations.Nullable;

/**
 * A period in which a thread runs user code: a handler, a codec, a listener, or stages of a future. Calls nest, because
 * a message that a handler publishes may be handled inline. Confined to its thread, except for {@link #isFor}.
 */
final class UserCall {
    private static final ThreadLocal<@Nullable UserCall> INNERMOST = new ThreadLocal<>();

    private final @Nullable UserCall outer;
    private final Object broker;
    private final @Nullable Object mailbox;
    private boolean decoding;

    private UserCall(@Nullable UserCall outer, Object broker, @Nullable Object mailbox) {
        this.outer = outer;
        this.broker = broker;
        this.mailbox = mailbox;
    }

    /**
     * Begins a call. {@link #end} must follow on the same thread.
     *
     * @param broker the broker's {@link Events}
     * @param mailbox null for a call of the broker itself
     */
    static UserCall begin(Object broker, @Nullable Object mailbox) {
        UserCall call = new UserCall(INNERMOST.get(), broker, mailbox);
        INNERMOST.set(call);
        return call;
    }

    void end() {
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
    }

    static void run(Object broker, Runnable task) {
        UserCall call = begin(broker, null);
        try {
            task.run();
        } finally {
            call.end();
        }
    }

    /** The innermost call of the calling thread. */
    static @Nullable UserCall current() {
        return INNERMOST.get();
    }

    /** Whether the calling thread is in a call for a mailbox, or for the broker with these events. */
    static boolean isInside(Object target) {
        UserCall innermost = INNERMOST.get();
        return innermost != null && innermost.isFor(target);
    }

    /** Whether this call, or one around it, is for a mailbox, or for the broker with these events. */
    boolean isFor(Object target) {
        for (UserCall call = this; call != null; call = call.outer) {
            if (call.broker == target || call.mailbox == target) {
                return true;
            }
        }
        return false;
    }

    /** Marks whether a codec runs from now on. */
    void setDecoding(boolean decoding) {
        this.decoding = decoding;
    }

    /**
     * Whether a codec runs in this call or one around it; handlers of other subscriptions may wait for the codec's
     * result.
     */
    boolean isDecoding() {
        for (UserCall call = this; call != null; call = call.outer) {
            if (call.decoding) {
                return true;
            }
        }
        return false;
    }
}
