package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.BrokerEvent;
import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What subscribers get of the frames that the transport hands over: numbered, broken, not decodable. */
class ReceivedFramesTest extends EngineOverLoop {
    @Test
    void jumpInTheNumbersIsAGapBeforeTheNextMessage() throws Exception {
        broker.subscribe(TOPIC, collector).get(10, SECONDS);
        transport.deliver("t", numbered(1, "one"));
        transport.deliver("t", numbered(4, "four"));
        transport.deliver("t", numbered(4, "four again"));
        transport.deliver("t", numbered(3, "three"));
        transport.deliver("t", numbered(5, "five"));

        assertThat(next()).isEqualTo("one");
        assertThat(next()).isEqualTo(Gap.of("t", Gap.Reason.SEQUENCE, 2));
        assertThat(next()).isEqualTo("four");
        assertThat(next()).isEqualTo("five");
    }

    private static byte[] numbered(long sequence, String text) {
        return new Frame.Live(1, sequence, false, 0, java.util.Map.of(), text.getBytes()).toBytes();
    }

    @Test
    void renewedLinkIsToldOnceAndKeepsTheNumbers() throws Exception {
        broker.subscribe(TOPIC, collector).get(10, SECONDS);
        transport.deliver("t", numbered(1, "one"));
        transport.renew();
        assertThat(next()).isEqualTo("one");
        assertThat(next()).isEqualTo(Gap.of("t", Gap.Reason.DISCONNECTED));

        transport.deliver("t", numbered(1, "one again"));
        transport.deliver("t", numbered(9, "nine"));
        assertThat(next()).as("lost before the gap or behind it").isEqualTo(Gap.of("t", Gap.Reason.SEQUENCE, 7));
        assertThat(next()).isEqualTo("nine");
    }

    @Test
    void brokenFrameIsReportedAndSkipped() throws Exception {
        BlockingQueue<BrokerEvent> events = new LinkedBlockingQueue<>();
        broker.onEvent(events::add);
        Subscription subscription = broker.subscribe(TOPIC, collector).get(10, SECONDS);
        byte[] broken = numbered(1, "x");
        broken[4] = 99;
        transport.deliver("t", broken);
        transport.deliver("t", "bare".getBytes());

        assertThat(next()).isEqualTo("bare");
        assertThat(events.poll(10, SECONDS))
                .isInstanceOfSatisfying(
                        BrokerEvent.Undecodable.class,
                        event -> assertThat(event.cause()).hasMessageContaining("version 99"));
        assertThat(subscription.stats().failed()).isEqualTo(1);
    }

    @Test
    void undecodableMessagesTakeNoBytes() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        broker.subscribe(Topic.bytes("t"), SubscribeOptions.DEFAULTS.withMaxBytes(300_000), message -> {
            entered.countDown();
            release.await();
            received.add(message.payload().length);
        });
        transport.deliver("t", new byte[1]);
        entered.await();
        transport.deliver("t", new byte[2]);
        transport.deliver("t", new byte[1 << 20]);
        transport.deliver("t", new byte[3]);
        release.countDown();

        assertThat(next()).isEqualTo(1);
        assertThat(next()).isEqualTo(2);
        assertThat(next()).isEqualTo(3);
    }
}
