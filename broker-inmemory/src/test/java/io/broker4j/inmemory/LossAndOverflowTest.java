package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Publisher;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Overflow;
import io.broker4j.Topic;
import io.broker4j.testkit.Inbox;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** D5 and D8 together: messages lost on the way to a mailbox that is full, or nearly, while its handler is busy. */
class LossAndOverflowTest {
    private static final Topic<String> TOPIC = Topic.text("topic");

    private final InMemoryMedium medium = InMemoryMedium.named("loss-and-overflow");
    private final Broker broker = Broker.open(medium.locator());
    private final Publisher<String> publisher = broker.publisher(TOPIC);
    private final Inbox<String> inbox = Inbox.gated();

    @AfterEach
    void close() {
        inbox.open();
        broker.close();
        medium.close();
    }

    /** Message 0 is the one the handler is busy with. */
    private void subscribe(SubscribeOptions options) {
        broker.subscribe(TOPIC, options, inbox).join();
        publish(0);
        inbox.await(1);
    }

    private void publish(int number) {
        publisher.publish(Integer.toString(number)).join();
    }

    @ParameterizedTest
    @EnumSource
    void allThatIsMissingIsCounted(Overflow overflow) {
        subscribe(SubscribeOptions.DEFAULTS.withOverflow(overflow));
        medium.inject(Faults.NONE.withSeed(1).withDrop(0.1));
        for (int i = 1; i <= 2_000; i++) {
            publish(i);
        }
        medium.inject(Faults.NONE);
        inbox.open();
        inbox.await(1 + 1_024);
        publish(2_001);
        inbox.awaitUpTo("2001");
        assertThat(inbox.messages().size() + missing(Reason.OVERFLOW) + missing(Reason.SEQUENCE))
                .isEqualTo(2_002);
        assertThat(missing(Reason.SEQUENCE)).isBetween(100L, 300L);
        assertAnnouncedInTime();
    }

    @ParameterizedTest
    @EnumSource
    void lossesTakeNoPlace(Overflow overflow) {
        subscribe(SubscribeOptions.DEFAULTS.withMaxMessages(1_000).withOverflow(overflow));
        for (int i = 1; i <= 1_800; i++) {
            medium.inject(i % 2 == 0 ? Faults.NONE : Faults.NONE.withDrop(1));
            publish(i);
        }
        inbox.open();
        inbox.awaitUpTo("1800");
        assertThat(missing(Reason.OVERFLOW)).isZero();
        assertThat(missing(Reason.SEQUENCE)).isEqualTo(900);
        assertThat(inbox.messages()).hasSize(901);
        assertAnnouncedInTime();
    }

    private long missing(Reason reason) {
        return inbox.gaps().stream()
                .filter(gap -> gap.reason() == reason)
                .mapToLong(gap -> gap.count().orElseThrow())
                .sum();
    }

    /** Whenever a message is handled, all missing before it have been announced (D8). */
    private void assertAnnouncedInTime() {
        List<Object> arrivals = inbox.arrivals();
        long accounted = 0;
        for (Object arrival : arrivals) {
            if (arrival instanceof Gap gap) {
                accounted += gap.count().orElseThrow();
            } else {
                assertThat(Long.parseLong((String) arrival)).isLessThanOrEqualTo(accounted++);
            }
        }
    }
}
