package io.broker4j.redis.chaos;

import io.broker4j.BrokerEvent;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.testkit.ForwardingTransport;

/** A transport that hands over no frames: on the channel of a durable topic these are hints. */
final class HintlessTransport extends ForwardingTransport {

    HintlessTransport(Transport correct) {
        super(correct);
    }

    @Override
    public void start(Receiver engine) {
        super.start(new Receiver() {
            @Override
            public void received(TopicFilter filter, String topic, Frame frame) {
                // lost
            }

            @Override
            public void renewed(TopicFilter filter) {
                engine.renewed(filter);
            }

            @Override
            public void reachable() {
                engine.reachable();
            }

            @Override
            public void together(Runnable deliveries) {
                engine.together(deliveries);
            }

            @Override
            public void event(BrokerEvent event) {
                engine.event(event);
            }
        });
    }
}
