package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelTest {
    private final Channel channel = new Channel(TopicFilter.of("t"), new Events());
    private final List<Object> received = new ArrayList<>();
    private final Subscriber<String> subscriber =
            Subscriber.of(message -> received.add(message.payload()), (Gap gap) -> received.add(gap));

    private Mailbox<String> subscribe() {
        return channel.add(
                Topic.text("t").codec(), SubscribeOptions.DEFAULTS, subscriber, group -> group.sweep(Turn.ENDLESS));
    }

    private void receive(long number) {
        byte[] payload = Long.toString(number).getBytes(StandardCharsets.UTF_8);
        channel.live().received("t", new Frame.Live(7, number, false, 0, Map.of(), payload));
    }

    /** The channel stays because a durable subscription has the same name. What came in between was nobody's. */
    @Test
    void aLiveSubscriptionIsNotToldOfMessagesBeforeIt() {
        Mailbox<String> first = subscribe();
        receive(1);
        channel.remove(first);
        subscribe();
        receive(6);
        assertThat(received).containsExactly("1", "6");
    }

    @Test
    void aLiveSubscriptionIsToldOfMessagesThatAreMissing() {
        subscribe();
        receive(1);
        receive(6);
        assertThat(received).containsExactly("1", Gap.of("t", Gap.Reason.SEQUENCE, 4), "6");
    }
}
