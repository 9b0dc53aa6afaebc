package io.broker4j;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The only class that links to Jackson, which is optional: it is loaded when {@link Topic#json} is first called. */
final class JacksonCodec<T> implements Codec<T> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Class<T> type;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    JacksonCodec(Class<T> type) {
        this.type = type;
        writer = MAPPER.writerFor(type);
        reader = MAPPER.readerFor(type);
    }

    @Override
    public byte[] encode(T payload) {
        return writer.writeValueAsBytes(payload);
    }

    @Override
    public T decode(byte[] bytes) {
        T payload = reader.readValue(bytes);
        if (payload == null) {
            throw new IllegalArgumentException("the JSON document is null, expected a " + type.getSimpleName());
        }
        return payload;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JacksonCodec<?> that && type == that.type;
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }
}
