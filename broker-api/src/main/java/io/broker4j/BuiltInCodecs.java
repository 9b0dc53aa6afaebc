package io.broker4j;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The codecs behind {@link Topic#text}, {@link Topic#bytes} and {@link Topic#json}. */
final class BuiltInCodecs {
    /** Fails on an unpaired surrogate and on malformed UTF-8 instead of replacing them silently. */
    static final Codec<String> TEXT = new Codec<>() {
        @Override
        public byte[] encode(String payload) throws CharacterCodingException {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(payload));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        }

        @Override
        public String decode(byte[] bytes) throws CharacterCodingException {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    };

    static final Codec<byte[]> BYTES = new Codec<>() {
        @Override
        public byte[] encode(byte[] payload) {
            return payload.clone();
        }

        @Override
        public byte[] decode(byte[] bytes) {
            return bytes;
        }
    };

    private BuiltInCodecs() {}

    static <T> Codec<T> json(Class<T> type) {
        try {
            return JsonCodec.of(type);
        } catch (LinkageError defect) {
            throw new BrokerException(JacksonDefect.words(BuiltInCodecs.class.getClassLoader(), defect), defect);
        }
    }
}
