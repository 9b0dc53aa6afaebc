package io.broker4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.PublishException;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Settings;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the contract kit cannot see from outside: the engine against a transport that does just what the test says. */
@Timeout(30)
abstract class EngineOverLoop {
    static final Topic<String> TOPIC = Topic.text("t");

    final LoopTransport transport = new LoopTransport();
    final Broker broker = Engine.open(
            new Settings(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(5)), transport::of);
    final Publisher<String> publisher = broker.publisher(TOPIC);
    final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    final Subscriber<String> collector = new Subscriber<>() {
        @Override
        public void onMessage(Message<String> message) {
            received.add(message.payload());
        }

        @Override
        public void onGap(Gap gap) {
            received.add(gap);
        }
    };

    @AfterEach
    void close() {
        broker.close();
    }

    Object next() throws InterruptedException {
        return received.poll(10, SECONDS);
    }

    static PublishException failure(CompletableFuture<Receipt> future) throws Exception {
        try {
            throw new AssertionError("published: " + future.get(10, SECONDS));
        } catch (ExecutionException failed) {
            return (PublishException) failed.getCause();
        }
    }
}
