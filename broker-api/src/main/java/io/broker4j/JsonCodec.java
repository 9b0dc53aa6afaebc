package io.broker4j;

import java.lang.reflect.Type;
import java.util.Objects;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * A codec of JSON documents for what {@link Topic#json} does not cover: generic types, and a mapper of your own.
 *
 * <pre>{@code
 * Topic<List<Order>> orders = Topic.of("orders", JsonCodec.of(new TypeReference<List<Order>>() {}));
 * }</pre>
 *
 * <p>Only this class of the package needs Jackson 3, an optional dependency. On the module path, a
 * program requires {@code tools.jackson.databind} itself. Two codecs of the same mapper and type
 * are equal.
 *
 * @param <T> type of the payloads
 */
@SuppressWarnings("exports") // Jackson is optional, so this module cannot require it transitively
public final class JsonCodec<T> implements Codec<T> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final JsonMapper mapper;
    private final Type type;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JsonCodec(JsonMapper mapper, Type type) {
        this.mapper = mapper;
        this.type = type;
        writer = mapper.writerFor(mapper.constructType(type));
        reader = mapper.readerFor(mapper.constructType(type));
    }

    /**
     * A codec of a type without type parameters; unknown properties are ignored.
     *
     * @param <T> type of the payloads
     * @param type what Jackson binds documents to
     * @return the codec; a document that is {@code null} cannot be decoded
     */
    public static <T> JsonCodec<T> of(Class<T> type) {
        return new JsonCodec<>(MAPPER, Objects.requireNonNull(type, "type"));
    }

    /**
     * A codec of a generic type; unknown properties are ignored.
     *
     * @param <T> type of the payloads
     * @param type what Jackson binds documents to
     * @return the codec; a document that is {@code null} cannot be decoded
     */
    public static <T> JsonCodec<T> of(TypeReference<T> type) {
        return new JsonCodec<>(MAPPER, type.getType());
    }

    /**
     * {@return a codec of the same type with another mapper}
     *
     * @param other its settings apply, also to unknown properties
     */
    public JsonCodec<T> with(JsonMapper other) {
        return new JsonCodec<>(Objects.requireNonNull(other, "mapper"), type);
    }

    @Override
    public byte[] encode(T payload) {
        return writer.writeValueAsBytes(payload);
    }

    @Override
    public T decode(byte[] bytes) {
        T payload = reader.readValue(bytes);
        if (payload == null) {
            throw new IllegalArgumentException("the JSON document is null, expected a " + type.getTypeName());
        }
        return payload;
    }

    /** {@return whether mapper and type are equal} */
    @Override
    public boolean equals(Object other) {
        return other instanceof JsonCodec<?> that && mapper.equals(that.mapper) && type.equals(that.type);
    }

    @Override
    public int hashCode() {
        return Objects.hash(mapper, type);
    }
}
