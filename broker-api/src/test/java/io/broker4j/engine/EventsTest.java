package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

class EventsTest {

    /** It was thrown at who emits: a mailbox, which then did not say that a message had failed, or a loop, which ended. */
    @Test
    void eventForWhichThereIsNoThreadIsCountedAsLost() {
        AtomicInteger failures = new AtomicInteger(1);
        Events events = new Events(new Machine(role -> task -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread, says this test");
            }
            return new Thread(task);
        }));
        List<BrokerEvent> told = new CopyOnWriteArrayList<>();
        events.add(told::add);

        assertThatCode(() -> events.emit(new BrokerEvent.Degraded("lost"))).doesNotThrowAnyException();
        events.emit(new BrokerEvent.Restored());
        await().untilAsserted(() ->
                assertThat(told).containsExactly(new BrokerEvent.Restored(), new BrokerEvent.EventsLost(1)));
        events.close(System.nanoTime() + SECONDS.toNanos(5));
    }

    /** A listener for metrics switched the log off for everything. */
    @Test
    void eventIsLoggedThoughThereIsAListener() {
        List<String> logged = new CopyOnWriteArrayList<>();
        withLog(logged::add, events -> {
            events.add(event -> {});
            events.emit(new BrokerEvent.Degraded("seen twice"));
            await().untilAsserted(() -> assertThat(logged).anyMatch(line -> line.contains("seen twice")));
        });
    }

    @Test
    void logThatThrowsKeepsNothingFromListeners() {
        List<BrokerEvent> told = new CopyOnWriteArrayList<>();
        withLog(
                line -> {
                    throw new IllegalStateException("disk full, says this test");
                },
                events -> {
                    Broker.Listening listening = events.add(told::add);
                    events.emit(new BrokerEvent.Degraded("1"));
                    events.emit(new BrokerEvent.Degraded("2"));
                    await().untilAsserted(() -> assertThat(told).hasSize(2));
                    listening.close();
                    listening.close();
                });
    }

    private static void withLog(Consumer<String> log, Consumer<Events> test) {
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.accept(new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.broker4j");
        logger.addHandler(handler);
        Events events = new Events(new Machine(role -> task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((dying, thrown) -> {});
            return thread;
        }));
        try {
            test.accept(events);
        } finally {
            logger.removeHandler(handler);
            events.close(System.nanoTime() + SECONDS.toNanos(5));
        }
    }
}
