package io.broker4j.bench;

import io.broker4j.Broker;
import io.broker4j.Codec;
import io.broker4j.Publisher;
import io.broker4j.SubscribeOptions;
import io.broker4j.Topic;
import io.reactivex.rxjava3.subjects.PublishSubject;
import java.util.function.Consumer;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What a contender can do: topics by number, all made before the first publish. */
interface Bus extends AutoCloseable {
    void subscribe(int topic, Consumer<Object> handler);

    void publish(int topic, Object message);

    @Override
    default void close() {}

    static Bus named(String name, int topics) {
        return switch (name) {
            case "broker4j" -> new Broker4J(topics, "memory:?encode=false", false);
            case "broker4j-encoding" -> new Broker4J(topics, "memory:", false);
            case "broker4j-inline" -> new Broker4J(topics, "memory:?encode=false", true);
            case "reactor" -> new Reactor(topics);
            case "rxjava" -> new RxJava(topics);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Mailboxes large enough that nothing is dropped, as nothing is by the peers, whose queues have no bound here. */
    final class Broker4J implements Bus {
        private static final Codec<Object> CODEC = Codec.of(message -> new byte[64], bytes -> bytes);

        private final Broker broker;
        private final SubscribeOptions options;
        private final Publisher<Object>[] publishers;

        @SuppressWarnings("unchecked")
        Broker4J(int topics, String locator, boolean inline) {
            SubscribeOptions roomy =
                    SubscribeOptions.DEFAULTS.withMaxMessages(1 << 20).withMaxBytes(1L << 40);
            broker = Broker.open(locator);
            options = inline ? roomy.inline() : roomy;
            publishers = new Publisher[topics];
            for (int i = 0; i < topics; i++) {
                publishers[i] = broker.publisher(topic(i));
            }
        }

        private static Topic<Object> topic(int number) {
            return Topic.of("bench." + number, CODEC);
        }

        @Override
        public void subscribe(int topic, Consumer<Object> handler) {
            broker.subscribe(topic(topic), options, message -> handler.accept(message.payload()))
                    .join();
        }

        @Override
        public void publish(int topic, Object message) {
            publishers[topic].publish(message);
        }

        @Override
        public void close() {
            broker.close();
        }
    }

    /** One multicast sink a topic, handed over to one other thread. */
    final class Reactor implements Bus {
        private final Sinks.Many<Object>[] sinks;
        private final Scheduler scheduler = Schedulers.newSingle("reactor");

        @SuppressWarnings("unchecked")
        Reactor(int topics) {
            sinks = new Sinks.Many[topics];
            for (int i = 0; i < topics; i++) {
                sinks[i] = Sinks.many().multicast().onBackpressureBuffer(1 << 17, false);
            }
        }

        @Override
        public void subscribe(int topic, Consumer<Object> handler) {
            sinks[topic].asFlux().onBackpressureBuffer().publishOn(scheduler).subscribe(handler);
        }

        @Override
        public void publish(int topic, Object message) {
            sinks[topic].emitNext(message, Sinks.EmitFailureHandler.FAIL_FAST);
        }

        @Override
        public void close() {
            scheduler.dispose();
        }
    }

    /** One subject a topic, handed over to one other thread. */
    final class RxJava implements Bus {
        private final PublishSubject<Object>[] subjects;
        private final io.reactivex.rxjava3.core.Scheduler scheduler =
                io.reactivex.rxjava3.schedulers.Schedulers.single();

        @SuppressWarnings("unchecked")
        RxJava(int topics) {
            subjects = new PublishSubject[topics];
            for (int i = 0; i < topics; i++) {
                subjects[i] = PublishSubject.create();
            }
        }

        @Override
        public void subscribe(int topic, Consumer<Object> handler) {
            subjects[topic].observeOn(scheduler).subscribe(handler::accept);
        }

        @Override
        public void publish(int topic, Object message) {
            subjects[topic].onNext(message);
        }
    }
}
