package io.broker4j;

import java.util.Objects;

/**
 * Turns payloads into bytes and back. A codec must be safe for use from several threads at once.
 *
 * <p>Payloads are encoded on the publishing thread before {@code publish} returns (P7), and decoded once per broker and
 * codec on the thread of the first handler that needs them. Two codecs that are {@link Object#equals equal} count as one.
 *
 * @param <T> type of the payloads
 */
public interface Codec<T> {

    /**
     * Encodes a payload.
     *
     * @param payload never null; it may change after the call
     * @return at most 256 KiB (P6); the broker owns the array afterwards
     * @throws Exception if it cannot be encoded: the publish fails {@code NOT_SENT} with this cause
     */
    byte[] encode(T payload) throws Exception;

    /**
     * Decodes a payload.
     *
     * @param bytes what arrived; the codec may keep the array but must not change it
     * @return the payload, never null; all subscriptions that use this codec share it
     * @throws Exception if it cannot be decoded: the message is reported as undecodable and skipped (D6)
     */
    T decode(byte[] bytes) throws Exception;

    /**
     * A codec from two functions. It equals only itself. Create it once and share it, because
     * messages are decoded once per codec.
     *
     * @param <T> type of the payloads
     * @param encoder as {@link #encode}
     * @param decoder as {@link #decode}
     * @return the codec; as safe for use from several threads as both functions are
     */
    static <T> Codec<T> of(Conversion<? super T, byte[]> encoder, Conversion<? super byte[], ? extends T> decoder) {
        Objects.requireNonNull(encoder, "encoder");
        Objects.requireNonNull(decoder, "decoder");
        return new Codec<>() {
            @Override
            public byte[] encode(T payload) throws Exception {
                return encoder.convert(payload);
            }

            @Override
            public T decode(byte[] bytes) throws Exception {
                return decoder.convert(bytes);
            }
        };
    }

    /**
     * One direction of a codec, as a lambda that may throw.
     *
     * @param <A> what is converted
     * @param <B> what it is converted to
     */
    @FunctionalInterface
    interface Conversion<A, B> {

        /**
         * Converts one value.
         *
         * @param value never null
         * @return never null
         * @throws Exception if it cannot be converted
         */
        B convert(A value) throws Exception;
    }
}
