package io.broker4j;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connects publishers and subscribers through one medium. A process usually opens one broker per
 * medium. The broker owns the connections, threads and timers; {@link #close} releases them.
 *
 * <p>Safe for use from any thread.
 */
public interface Broker extends AutoCloseable {

    /**
     * Opens the broker that a locator names: {@code memory:}, {@code memory:NAME}, {@code redis://host:6379}. The
     * transport is found on the class path or module path by its scheme.
     *
     * <p>Blocks until the medium answers, for at most the transport's connect time-out.
     *
     * @param locator the medium's address, with its parameters as {@code ?name=value&…}
     * @return the broker, owned by the caller, who closes it
     * @throws IllegalArgumentException if the locator is malformed or names an unknown scheme or parameter
     * @throws BrokerException if the transport's artifact is missing, or the medium cannot be
     *     reached or refuses the connection
     */
    static Broker open(String locator) {
        return ServiceLoader.load(Opener.class, Broker.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new BrokerException("the broker-api jar is incomplete: it has no " + Opener.class))
                .open(locator);
    }

    /**
     * Opens brokers for {@link Broker#open}. The engine provides this service; programs do not call
     * it.
     */
    interface Opener {

        /**
         * Opens the broker that a locator names.
         *
         * @param locator as for {@link Broker#open}
         * @return the broker, owned by the caller
         */
        Broker open(String locator);
    }

    /**
     * A publisher bound to one topic. A publisher is cheap to create. Subscribers see all
     * publishers of this broker for one topic as one publisher.
     *
     * @param <T> type of the payloads
     * @param topic a topic without wildcards
     * @return the publisher; it needs no closing, and its publishes fail once this broker is closed
     * @throws IllegalArgumentException if the topic's name has wildcards (P6)
     * @throws ClosedException if this broker is closed
     */
    <T> Publisher<T> publisher(Topic<T> topic);

    /**
     * Subscribes with {@link SubscribeOptions#DEFAULTS}; see {@link #subscribe(Topic, SubscribeOptions, Subscriber)}.
     *
     * @param <T> type of the payloads
     * @param topic one topic, or a name with wildcards
     * @param subscriber called on the broker's own threads
     * @return completes with the subscription when it is live
     */
    default <T> CompletableFuture<Subscription> subscribe(Topic<T> topic, Subscriber<? super T> subscriber) {
        return subscribe(topic, SubscribeOptions.DEFAULTS, subscriber);
    }

    /**
     * Registers interest in a topic, or in every topic that matches its wildcards. The future completes when the
     * subscription is live (S1): whatever is published anywhere after that is delivered or reported as a gap (S2). The
     * subscriber may be called before the future completes.
     *
     * <p>On a durable topic the start is fixed before the future completes. The subscription reads the log at its own
     * pace: a slow subscription falls behind in the log instead of dropping messages, and continues where it was after
     * an interruption (L1, L7).
     *
     * <p>The future completes within the subscribe time-out (5 s by default). If subscribing fails,
     * no subscription remains (S9). Once it has succeeded, the subscription is kept through every
     * interruption until it is closed (C1).
     *
     * <p>The future fails with {@link UnsupportedException} if this medium cannot do what was asked, {@link
     * ClosedException} if the broker is closed before the subscription is live, {@link BrokerException} if the medium
     * refuses or does not confirm in time.
     *
     * <p>Cancelling the pending future, or completing it by any other means, ends the subscribe: no
     * subscription remains (S9). Cancelling a stage chained to the future does not end the
     * subscribe: cancel the future itself. Once the future has succeeded, close the subscription.
     *
     * @param <T> type of the payloads
     * @param topic one topic, or a name with wildcards; its codec decodes what arrives
     * @param options the bounds of the mailbox, where the subscriber is called, and what to read of a durable topic
     * @param subscriber called for one message or gap at a time
     * @return completes with the subscription, owned by the caller, when it is live; completes on a
     *     worker of the broker, unless the subscription is live before this method returns
     */
    <T> CompletableFuture<Subscription> subscribe(
            Topic<T> topic, SubscribeOptions options, Subscriber<? super T> subscriber);

    /**
     * Reads the newest messages of a durable topic; see {@link #history(Topic, Position, int)}.
     *
     * @param <T> type of the payloads
     * @param topic a durable one
     * @param max at least 1, at most 1,000
     * @return completes with the newest {@code max} messages
     */
    <T> CompletableFuture<Page<T>> history(Topic<T> topic, int max);

    /**
     * Reads the newest messages of a durable topic before a position. The page shows what the log holds now and does
     * not depend on any subscription. A thread of the broker decodes the messages; a message that cannot be decoded is
     * left out and reported (D6). Nothing is retried.
     *
     * <p>The future completes within the subscribe time-out. It fails with {@link UnsupportedException} if the topic is
     * live or this medium keeps no logs, {@link ClosedException} if the broker is closed before the page is read,
     * {@link BrokerException} if the medium does not answer, or at once if 10,000 pages are being read. Cancelling or
     * completing the future ends the reading with the medium's next answer.
     *
     * @param <T> type of the payloads
     * @param topic a durable topic, without wildcards
     * @param before only messages older than this position are read; the log need not hold the
     *     message at this position any more
     * @param max at least 1, at most 1,000
     * @return completes with at most {@code max} messages; a page ends early after 4 MiB, or when
     *     half of the time-out has passed, and {@link Page#before} says where to continue
     * @throws IllegalArgumentException if {@code max} is outside its range, or the topic has wildcards
     */
    <T> CompletableFuture<Page<T>> history(Topic<T> topic, Position before, int max);

    /**
     * Some consecutive messages of a durable topic. A page may have few messages or none although
     * the log holds older ones, because messages that cannot be decoded are left out. Continue with
     * {@code before} to read the older messages.
     *
     * <pre>{@code
     * Page<String> page = broker.history(room, 100).join();
     * while (page.before().isPresent()) {
     *     page = broker.history(room, page.before().get(), 100).join();
     * }
     * }</pre>
     *
     * @param <T> type of the payloads
     */
    final class Page<T> {
        private final List<Message<T>> messages;
        private final @Nullable Position before;

        private Page(List<Message<T>> messages, @Nullable Position before) {
            this.messages = List.copyOf(messages);
            this.before = before;
        }

        /**
         * A page that includes the oldest messages of the log.
         *
         * @param <T> type of the payloads
         * @param messages oldest first; copied
         * @return the page
         */
        public static <T> Page<T> oldest(List<? extends Message<T>> messages) {
            return new Page<>(List.copyOf(messages), null);
        }

        /**
         * A page that older messages of the log precede.
         *
         * @param <T> type of the payloads
         * @param messages oldest first; copied
         * @param before where the next page ends
         * @return the page
         */
        public static <T> Page<T> of(List<? extends Message<T>> messages, Position before) {
            return new Page<>(List.copyOf(messages), Objects.requireNonNull(before, "before"));
        }

        /** {@return the messages, oldest first, unmodifiable} */
        public List<Message<T>> messages() {
            return messages;
        }

        /**
         * {@return where the next page ends: pass it to {@link #history(Topic, Position, int)} to
         * read that page; empty if the log holds nothing older}
         */
        public Optional<Position> before() {
            return Optional.ofNullable(before);
        }

        @Override
        public String toString() {
            return messages.size() + " messages" + (before == null ? "" : ", and others before " + before);
        }
    }

    /**
     * {@return what is known now about publishing and receiving (C3); a closed broker is down}
     *
     * <p>Never blocks, never throws.
     */
    Health health();

    /**
     * Counts the publishes that failed so far (P9), whether or not anybody looked at their futures. The count stays
     * readable after closing. Events of type {@link BrokerEvent.PublishFailed} report the failures.
     *
     * @param outcome which failures to count
     * @return the number of this broker's failures with that outcome
     */
    long failedPublishes(PublishException.Outcome outcome);

    /**
     * Registers a listener for this broker's events. Listeners run one after another on one thread of the broker. At
     * most 1,024 events wait for them; events beyond that are counted and reported as {@link BrokerEvent.EventsLost}.
     * All events are also logged to the {@code io.broker4j} system logger.
     *
     * @param listener called for each event; an exception that it throws is logged, and the other listeners are still
     *     called
     * @return the registration; it ends when it is closed or when the broker is closed
     * @throws ClosedException if this broker is closed
     */
    Listening onEvent(Consumer<? super BrokerEvent> listener);

    /** A listener's registration. Safe for use from any thread. */
    interface Listening extends AutoCloseable {

        /** Ends the registration; an event being delivered may still arrive during this call. Idempotent. */
        @Override
        void close();
    }

    /**
     * Closes within 5 s (C4): like {@link #close(Duration)} with 4 s for handlers.
     */
    @Override
    void close();

    /**
     * Delivers the queued messages, waits for handler calls in progress, and closes. Subscriptions take no new messages
     * from the start of this call; handlers may publish until they return. After closing, every call fails at once and
     * every pending future is complete (C5). Further calls of this method wait for the first.
     *
     * <p>Messages that are not delivered in time are reported as {@link BrokerEvent.Undelivered}. A
     * handler call that takes longer is abandoned, and interrupted if it runs on a thread of the
     * broker. If that call was handling a message of a group, another member gets the message when
     * the lease expires (L6).
     *
     * <p>An interrupted thread waits too, and stays interrupted. If this method would wait for its
     * own caller, it returns at once and closes in the background. This is so in a handler, a
     * codec, a listener or a stage of a future of this broker, on an I/O thread, and in any handler
     * that a handler of this broker waits for. If a stage that an
     * {@linkplain Subscriber#async asynchronous handler} has returned calls this method, it must
     * pass zero; otherwise the call waits for that stage.
     *
     * @param drain the time for handlers; zero drops queued messages and interrupts at once. Closing takes up to 1 s
     *     more
     * @throws IllegalArgumentException if it is negative; nothing is closed then
     */
    void close(Duration drain);
}
