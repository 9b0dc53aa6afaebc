package io.broker4j.redis;

import io.broker4j.BrokerEvent;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Receiver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Writes down what a transport hands over, as lines such as {@code a.*|a.b|text} and {@code renewed a.*}. */
final class Recorder implements Receiver {
    static final Duration GENEROUS = Duration.ofSeconds(20);

    /** Called on the I/O thread, after the line has been written. */
    volatile Consumer<String> onReceived = line -> {};

    /** Called first. */
    volatile Consumer<BrokerEvent> onEvent = event -> {};

    private final List<String> lines = new ArrayList<>();
    private final List<BrokerEvent> events = new CopyOnWriteArrayList<>();

    /** The end of a subscription. */
    Inlet inlet(String filter) {
        return new Inlet() {
            @Override
            public void received(String topic, Frame frame) {
                String line = filter + "|" + topic + "|" + text(frame);
                add(line);
                onReceived.accept(line);
            }

            @Override
            public void renewed() {
                add("renewed " + filter);
            }
        };
    }

    private static String text(Frame frame) {
        return frame instanceof Frame.Hint hint
                ? "hint " + hint.last()
                : new String(frame.payloadBytes(), StandardCharsets.UTF_8);
    }

    private synchronized void add(String line) {
        lines.add(line);
    }

    @Override
    public void reachable() {
        // told with every link
    }

    @Override
    public void together(Runnable deliveries) {
        deliveries.run();
    }

    @Override
    public void event(BrokerEvent event) {
        onEvent.accept(event);
        events.add(event);
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    List<BrokerEvent> events() {
        return List.copyOf(events);
    }

    /** The simple names of the events. */
    List<String> kinds() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    long count(String line) {
        return lines().stream().filter(line::equals).count();
    }

    /** Waits generously and looks often, for tests of many cases. */
    static ConditionFactory eventually() {
        return Awaitility.await().atMost(GENEROUS).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    /** Waits until each of some lines has been written. */
    void awaitLines(String... expected) {
        eventually().until(() -> lines().containsAll(List.of(expected)));
    }
}
