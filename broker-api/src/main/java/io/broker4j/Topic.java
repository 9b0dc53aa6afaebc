package io.broker4j;

import io.broker4j.spi.TopicFilter;
import java.util.Objects;

/**
 * A named stream of messages of one type: a name and the {@link Codec} of its payloads. Immutable; meant to be a shared
 * constant of the publishing and the subscribing side.
 *
 * <p>Names have 1–200 characters: segments of {@code [A-Za-z0-9_:/-]+} joined by {@code .}, not beginning with
 * {@code __}. To subscribe, a segment may be {@code *} (any one segment) and the last one {@code >} (one or more
 * segments).
 *
 * @param <T> type of the payloads
 */
public final class Topic<T> {
    private final String name;
    private final Codec<T> codec;

    private Topic(String name, Codec<T> codec) {
        this.name = TopicFilter.of(name).name();
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    /**
     * A topic with a codec of your own.
     *
     * @param <T> type of the payloads
     * @param name 1–200 characters as said above; wildcards only to subscribe
     * @param codec called from several threads at once
     * @return the topic
     * @throws IllegalArgumentException if the name is not allowed
     */
    public static <T> Topic<T> of(String name, Codec<T> codec) {
        return new Topic<>(name, codec);
    }

    /**
     * A topic of UTF-8 text.
     *
     * @param name 1–200 characters as said above; wildcards only to subscribe
     * @return the topic; malformed text is not replaced but fails, in either direction
     * @throws IllegalArgumentException if the name is not allowed
     */
    public static Topic<String> text(String name) {
        return new Topic<>(name, BuiltInCodecs.TEXT);
    }

    /**
     * A topic of bytes. The array handed to a subscriber is shared by all subscriptions and must not be changed.
     *
     * @param name 1–200 characters as said above; wildcards only to subscribe
     * @return the topic; a published array may be reused once {@code publish} has returned (P7)
     * @throws IllegalArgumentException if the name is not allowed
     */
    public static Topic<byte[]> bytes(String name) {
        return new Topic<>(name, BuiltInCodecs.BYTES);
    }

    /**
     * A topic of JSON documents, bound to {@code type} by Jackson 3; unknown properties are ignored.
     *
     * @param <T> type of the payloads
     * @param name 1–200 characters as said above; wildcards only to subscribe
     * @param type what Jackson binds documents to: a record, a bean, or a class that it knows
     * @return the topic; a document that is {@code null} cannot be decoded
     * @throws IllegalArgumentException if the name is not allowed
     * @throws BrokerException if {@code tools.jackson.core:jackson-databind} is missing; with Jackson 2 or another
     *     library pass a codec to {@link #of}
     */
    public static <T> Topic<T> json(String name, Class<T> type) {
        return new Topic<>(name, BuiltInCodecs.json(type));
    }

    /** {@return the name, wildcards included} */
    public String name() {
        return name;
    }

    /** {@return the codec of the payloads, the very one that was given} */
    public Codec<T> codec() {
        return codec;
    }

    /** {@return the name, wildcards included} */
    @Override
    public String toString() {
        return name;
    }
}
