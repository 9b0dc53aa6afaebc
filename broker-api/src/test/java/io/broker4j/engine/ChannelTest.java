package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.spi.Frame;
import io.broker4j.spi.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelTest {
    private final Channel channel = new Channel(TopicFilter.of("t"), new Events(new Machine()));
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

    /** The frame was being received while the last live subscription went. It was nobody's. */
    @Test
    void aFrameThatFindsNoMailboxIsNotCounted() throws Exception {
        Mailbox<String> first = subscribe();
        Thread receiving = new Thread(() -> receive(5));
        synchronized (channel) {
            receiving.start();
            while (receiving.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            channel.remove(first);
        }
        receiving.join();
        subscribe();
        receive(10);
        assertThat(received).containsExactly("10");
    }

    @Test
    void aLiveMessageIsNotReportedWhenNoDurableSubscriptionIsLeft() {
        List<Object> told = new CopyOnWriteArrayList<>();
        Events events = new Events(new Machine());
        events.add(told::add);
        Channel deserted = new Channel(TopicFilter.of("t"), events);
        deserted.hints().received("t", Frame.bare(new byte[0]));
        events.close(Deadline.in(Duration.ofSeconds(5)));
        assertThat(told).isEmpty();
    }

    @Nested
    class AStoppedMailbox {
        private final List<Work> waiting = new ArrayList<>();
        private final Scheduler scheduler = waiting::add;

        private Mailbox<String> subscribe(SubscribeOptions options) {
            return channel.add(Topic.text("t").codec(), options, subscriber, scheduler);
        }

        private void receiveAll(int first, int last) {
            IntStream.rangeClosed(first, last).forEach(ChannelTest.this::receive);
        }

        private void sweep() {
            List.copyOf(waiting).forEach(work -> work.sweep(Turn.ENDLESS));
        }

        @ParameterizedTest
        @EnumSource(Overflow.class)
        void deliversWhatWaitedAndNothingElse(Overflow overflow) {
            Mailbox<String> mailbox =
                    subscribe(SubscribeOptions.DEFAULTS.withMaxMessages(5).withOverflow(overflow));
            receiveAll(1, 5);
            channel.stop(mailbox);
            receiveAll(6, 100);
            assertThat(mailbox.cursor().queued()).isEqualTo(5);
            assertThat(mailbox.cursor().dropped()).isZero();
            sweep();
            assertThat(received).containsExactly("1", "2", "3", "4", "5");
            mailbox.close();
            assertThat(mailbox.undelivered()).isZero();
        }

        @Test
        void isToldOfTheOverflowBeforeTheStop() {
            Mailbox<String> mailbox = subscribe(SubscribeOptions.DEFAULTS.withMaxMessages(3));
            channel.add(Topic.text("t").codec(), SubscribeOptions.DEFAULTS, message -> {}, scheduler);
            receiveAll(1, 5);
            channel.stop(mailbox);
            assertThat(mailbox.cursor().queued()).isEqualTo(3);
            assertThat(mailbox.cursor().dropped()).isEqualTo(2);
            receiveAll(6, 100);
            sweep();
            assertThat(received).containsExactly(Gap.of("t", Gap.Reason.OVERFLOW, 2), "3", "4", "5");
        }

        @Test
        void leavesItsNeighboursTheirOverflow() {
            Mailbox<String> mailbox = subscribe(SubscribeOptions.DEFAULTS.withMaxMessages(5));
            List<Object> others = new ArrayList<>();
            channel.add(
                    Topic.text("t").codec(),
                    SubscribeOptions.DEFAULTS.withMaxMessages(5),
                    Subscriber.of(message -> others.add(message.payload()), (Gap gap) -> others.add(gap)),
                    scheduler);
            receiveAll(1, 5);
            channel.stop(mailbox);
            receiveAll(6, 10);
            sweep();
            assertThat(received).containsExactly("1", "2", "3", "4", "5");
            assertThat(others).containsExactly(Gap.of("t", Gap.Reason.OVERFLOW, 5), "6", "7", "8", "9", "10");
        }

        @Test
        void isNotJoinedByALaterOne() {
            channel.stop(subscribe(SubscribeOptions.DEFAULTS));
            subscribe(SubscribeOptions.DEFAULTS);
            receive(1);
            sweep();
            assertThat(received).containsExactly("1");
        }
    }
}
