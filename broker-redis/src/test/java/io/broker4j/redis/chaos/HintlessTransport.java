package io.broker4j.redis.chaos;

import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.ForwardingTransport;
import java.util.concurrent.CompletableFuture;

/** A transport that hands over no frames: on the channel of a durable topic these are hints. */
final class HintlessTransport extends ForwardingTransport {

    HintlessTransport(Transport correct) {
        super(correct);
    }

    @Override
    public CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        return super.subscribe(filter, kind, new Deaf(inlet));
    }

    private record Deaf(Inlet inlet) implements Inlet {
        @Override
        public void received(String topic, Frame frame) {
            // lost
        }

        @Override
        public void renewed() {
            inlet.renewed();
        }
    }
}
