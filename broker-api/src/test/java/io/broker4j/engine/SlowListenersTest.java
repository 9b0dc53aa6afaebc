package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.BrokerEvent;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a listener is told of events that come faster than it takes them. */
class SlowListenersTest extends EngineOverLoop {
    @Test
    void slowListenersLoseEventsButAreToldHowMany() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<BrokerEvent> events = new ArrayBlockingQueue<>(10_000);
        broker.onEvent(event -> {
            events.add(event);
            awaitQuietly(release);
        });
        int emitted = 3_000;
        for (int i = 0; i < emitted; i++) {
            transport.receiver.event(new BrokerEvent.Restored());
        }
        release.countDown();
        long told = 0;
        long lost = 0;
        while (told < emitted) {
            BrokerEvent event = events.poll(1, SECONDS);
            if (event == null) {
                transport.receiver.event(new BrokerEvent.Restored());
                emitted++;
            } else {
                long count = event instanceof BrokerEvent.EventsLost some ? some.count() : 0;
                lost += count;
                told += Math.max(1, count);
            }
        }
        assertThat(told).isEqualTo(emitted);
        assertThat(lost).as("at most 1,024 wait while one is told").isGreaterThanOrEqualTo(3_000 - 1_024 - 1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
