package io.broker4j.spi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.broker4j.BrokerEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventsTest {

    /** It was thrown at who emits: a mailbox, which then did not say that a message had failed, or a loop, which ended. */
    @Test
    void eventForWhichThereIsNoThreadIsCountedAsLost() {
        AtomicInteger failures = new AtomicInteger(1);
        Events events = new Events(task -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread, says this test");
            }
            return new Thread(task);
        });
        List<BrokerEvent> told = new CopyOnWriteArrayList<>();
        events.add(told::add);

        assertThatCode(() -> events.emit(new BrokerEvent.Degraded("lost"))).doesNotThrowAnyException();
        events.emit(new BrokerEvent.Restored());
        await().untilAsserted(() ->
                assertThat(told).containsExactly(new BrokerEvent.Restored(), new BrokerEvent.EventsLost(1)));
        events.close(System.nanoTime() + SECONDS.toNanos(5));
    }
}
