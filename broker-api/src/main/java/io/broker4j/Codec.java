package io.broker4j;

import java.util.function.Function;

/**
 * Turns payloads into bytes and back. Called from several threads at once; must be safe for that.
 *
 * <p>Payloads are encoded on the publishing thread before {@code publish} returns (P7), and decoded once per broker and
 * codec on the thread of the first handler that needs them. Two codecs that are {@link Object#equals equal} count as one.
 *
 * @param <T> type of the payloads
 */
public interface Codec<T> {

    /**
     * The bytes of a payload; the broker owns the array afterwards.
     *
     * @throws Exception if it cannot be encoded: the publish fails {@code NOT_SENT} with this cause
     */
    byte[] encode(T payload) throws Exception;

    /**
     * The payload in {@code bytes}, never null; the codec may keep the array but must not change it.
     *
     * @throws Exception if it cannot be decoded: the message is reported as undecodable and skipped (D6)
     */
    T decode(byte[] bytes) throws Exception;

    /** A codec from two functions. */
    static <T> Codec<T> of(Function<? super T, byte[]> encoder, Function<? super byte[], ? extends T> decoder) {
        return new Codec<>() {
            @Override
            public byte[] encode(T payload) {
                return encoder.apply(payload);
            }

            @Override
            public T decode(byte[] bytes) {
                return decoder.apply(bytes);
            }
        };
    }
}
