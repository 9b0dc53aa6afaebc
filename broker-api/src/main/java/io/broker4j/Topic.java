package io.broker4j;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named stream of messages of one type: a name and the {@link Codec} of its payloads. Immutable.
 * Declare it once, as a constant that publishers and subscribers share.
 *
 * <p>A topic is <em>live</em> by default: a message reaches the subscriptions that are live when it
 * is published, at most once. {@link #durable} makes a topic <em>durable</em>: a log keeps each
 * message, so slow and offline subscribers can read it later, and it can be read again.
 *
 * <p>Names have 1–200 characters: segments of {@code [A-Za-z0-9_:/-]+} joined by {@code .}, not
 * beginning with {@code __}. To subscribe, a segment may be {@code *} (any one segment), and the
 * last segment may be {@code >} (one or more segments).
 *
 * @param <T> type of the payloads
 */
public final class Topic<T> {
    /** The length of the longest name, in characters. */
    public static final int MAX_NAME_LENGTH = TopicNames.MAX_LENGTH;

    private final String name;
    private final Codec<T> codec;
    private final boolean isDurable;
    private final @Nullable Retention retention;

    private Topic(String name, Codec<T> codec) {
        this(TopicNames.check(name), Objects.requireNonNull(codec, "codec"), false, null);
    }

    private Topic(String name, Codec<T> codec, boolean isDurable, @Nullable Retention retention) {
        this.name = name;
        this.codec = codec;
        this.isDurable = isDurable;
        this.retention = retention;
    }

    /**
     * Checks a name that comes from outside the program.
     *
     * @param name 1–200 characters as described above, wildcards allowed
     * @return the name
     * @throws IllegalArgumentException if it is not allowed
     */
    public static String checkName(String name) {
        return TopicNames.check(name);
    }

    /**
     * A topic with a codec of your own.
     *
     * @param <T> type of the payloads
     * @param name 1–200 characters as described above; wildcards only to subscribe
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
     * @param name 1–200 characters as described above; wildcards only to subscribe
     * @return the topic; malformed text is not replaced but fails, in either direction
     * @throws IllegalArgumentException if the name is not allowed
     */
    public static Topic<String> text(String name) {
        return new Topic<>(name, BuiltInCodecs.TEXT);
    }

    /**
     * A topic of bytes. The array handed to a subscriber is shared by all subscriptions and must not be changed.
     *
     * @param name 1–200 characters as described above; wildcards only to subscribe
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
     * @param name 1–200 characters as described above; wildcards only to subscribe
     * @param type what Jackson binds documents to: a record, a bean, or a class that it knows
     * @return the topic; a document that is {@code null} cannot be decoded
     * @throws IllegalArgumentException if the name is not allowed
     * @throws BrokerException if {@code tools.jackson.core:jackson-databind} is missing; with Jackson 2 or another
     *     library pass a codec to {@link #of}. For generic types and a mapper of your own see {@link JsonCodec}
     */
    public static <T> Topic<T> json(String name, Class<T> type) {
        return new Topic<>(name, BuiltInCodecs.json(type));
    }

    /**
     * The durable topic of this name: a published message is appended to a log, and subscriptions
     * read from the log. A live and a durable topic with the same name are two topics.
     *
     * @param kept how much the log keeps of what this program publishes
     * @return a copy that is durable; with wildcards it can be neither published nor subscribed to
     */
    public Topic<T> durable(Retention kept) {
        return new Topic<>(name, codec, true, Objects.requireNonNull(kept, "retention"));
    }

    /**
     * The durable topic of this name for a program that only reads it. It cannot be published to, because a publisher
     * has to say how much the log keeps.
     *
     * @return a copy that is durable, without a retention
     */
    public Topic<T> durable() {
        return new Topic<>(name, codec, true, null);
    }

    /** {@return whether the topic is durable; otherwise it is live} */
    public boolean isDurable() {
        return isDurable;
    }

    /** {@return how much the log keeps; empty for a live topic, and for a durable one that is only read} */
    public Optional<Retention> retention() {
        return Optional.ofNullable(retention);
    }

    /** {@return the name, wildcards included} */
    public String name() {
        return name;
    }

    /** {@return the codec of the payloads, the same instance that was given} */
    public Codec<T> codec() {
        return codec;
    }

    /** {@return whether name, codec, kind and retention are equal} */
    @Override
    public boolean equals(Object other) {
        return other instanceof Topic<?> topic
                && topic.name.equals(name)
                && topic.codec.equals(codec)
                && topic.isDurable == isDurable
                && Objects.equals(topic.retention, retention);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, codec, isDurable, retention);
    }

    /** {@return the name, wildcards included} */
    @Override
    public String toString() {
        return name;
    }
}
