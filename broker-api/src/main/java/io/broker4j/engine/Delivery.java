package io.broker4j.engine;

import io.broker4j.BrokerException;
import io.broker4j.Codec;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.spi.Frame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A received frame. The subscriptions of one broker share it. */
final class Delivery {
    private static final VarHandle DECODED;

    static {
        try {
            DECODED = MethodHandles.lookup().findVarHandle(Delivery.class, "decoded", Decoded.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Frame frame;
    private final String topic;
    private final long bareNumber;
    private final @Nullable Position position;
    private final int attempt;
    private volatile @Nullable Decoded decoded;

    /**
     * A frame received on a topic.
     *
     * @param bareNumber distinguishes a bare payload from others, because it has no number of its
     *     own
     */
    Delivery(Frame frame, String topic, long bareNumber) {
        this.frame = frame;
        this.topic = topic;
        this.bareNumber = bareNumber;
        this.position = null;
        this.attempt = 1;
    }

    /** A frame read from the log of a topic. */
    Delivery(Frame frame, String topic, Position position, int attempt) {
        this.frame = frame;
        this.topic = topic;
        this.bareNumber = 0;
        this.position = position;
        this.attempt = attempt;
    }

    Frame frame() {
        return frame;
    }

    String topic() {
        return topic;
    }

    int size() {
        return frame.size();
    }

    String id() {
        String id = frame.id();
        if (!id.isEmpty()) {
            return id;
        }
        return position == null ? "bare-" + bareNumber : position.toString();
    }

    /** Its position in the log; null for a live message. */
    @Nullable
    Position position() {
        return position;
    }

    int attempt() {
        return attempt;
    }

    /**
     * The message, decoded with a codec. The first thread that asks with this codec decodes the
     * message; other threads that ask with the same codec wait.
     *
     * @throws Exception what the codec threw; every call throws it
     */
    @SuppressWarnings("unchecked")
    <T> Message<T> message(Codec<T> codec) throws Exception {
        if (frame instanceof Frame.Reference reference) {
            return new Received<>((T) reference.payload());
        }
        while (true) {
            Decoded newest = decoded;
            for (Decoded known = newest; known != null; known = known.next) {
                if (known.codec == codec || known.codec.equals(codec)) {
                    return (Message<T>) known.get();
                }
            }
            Decoded mine = new Decoded(codec, newest);
            if (DECODED.compareAndSet(this, newest, mine)) {
                mine.complete(decode(codec));
                return (Message<T>) mine.get();
            }
        }
    }

    /** The decoded message, or what was thrown. */
    private <T> Object decode(Codec<T> codec) {
        try {
            if (frame instanceof Frame.Undecodable invalid) {
                throw new BrokerException(invalid.defect());
            }
            return new Received<>(
                    Objects.requireNonNull(codec.decode(frame.payloadBytes()), "the codec returned null"));
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    /** The result of one codec, in a linked list that nearly always has one element. */
    private static final class Decoded {
        private final Codec<?> codec;
        private final @Nullable Decoded next;
        private volatile @Nullable Object result;
        private volatile boolean awaited;

        Decoded(Codec<?> codec, @Nullable Decoded next) {
            this.codec = codec;
            this.next = next;
        }

        void complete(Object messageOrThrown) {
            result = messageOrThrown;
            if (awaited) { // a waiting thread sets this before it reads the result
                synchronized (this) {
                    notifyAll();
                }
            }
        }

        Object get() throws Exception {
            Object done = result;
            if (done == null) {
                done = await();
            }
            if (done instanceof Exception exception) {
                throw exception;
            }
            if (done instanceof Error error) {
                throw error;
            }
            return done;
        }

        /**
         * Waits even if interrupted, and restores the interrupt: decoding ends soon, and the
         * interrupt does not concern it.
         */
        private synchronized Object await() {
            awaited = true;
            boolean interrupted = false;
            Object done = result;
            while (done == null) {
                try {
                    wait();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
                done = result;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return done;
        }
    }

    private final class Received<T> implements Message<T> {
        private final T payload;

        Received(T payload) {
            this.payload = payload;
        }

        @Override
        public T payload() {
            return payload;
        }

        @Override
        public Map<String, String> headers() {
            return frame.headers();
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public String id() {
            return Delivery.this.id();
        }

        @Override
        public Instant publishedAt() {
            return Instant.ofEpochMilli(frame.publishedAtMillis());
        }

        @Override
        public Optional<Position> position() {
            return Optional.ofNullable(position);
        }

        @Override
        public int attempt() {
            return attempt;
        }

        @Override
        public String toString() {
            return "message " + id() + " on " + topic;
        }
    }
}
