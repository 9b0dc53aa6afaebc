package io.broker4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriberTest {
    private static final Gap GAP = Gap.of("t", Gap.Reason.DISCONNECTED);

    @Test
    void callsBothLambdas() throws Exception {
        List<Object> seen = new ArrayList<>();
        Subscriber<String> subscriber = Subscriber.of(message -> seen.add(message.payload()), seen::add);
        subscriber.handle(Message.of("t", "x")).toCompletableFuture().join();
        subscriber.onGap(GAP);
        assertThat(seen).containsExactly("x", GAP);
    }

    @Test
    void passesOnWhatTheyThrow() {
        Subscriber<String> subscriber = Subscriber.of(
                message -> {
                    throw new IOException("message");
                },
                gap -> {
                    throw new IOException("gap");
                });
        assertThatThrownBy(() -> subscriber.handle(Message.of("t", "x"))).hasMessage("message");
        assertThatThrownBy(() -> subscriber.onGap(GAP)).hasMessage("gap");
    }

    @Test
    @SuppressWarnings("NullAway") // the point of the test
    void namesWhatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> Subscriber.of(null, gap -> {}))
                .withMessage("onMessage");
        assertThatNullPointerException()
                .isThrownBy(() -> Subscriber.of(message -> {}, null))
                .withMessage("onGap");
        assertThatNullPointerException()
                .isThrownBy(() -> Subscriber.async(null))
                .withMessage("handler");
        assertThatNullPointerException()
                .isThrownBy(() -> Codec.of(null, bytes -> bytes))
                .withMessage("encoder");
        assertThatNullPointerException()
                .isThrownBy(() -> Codec.of(payload -> new byte[0], null))
                .withMessage("decoder");
    }

    /** As the mappers of most libraries do. */
    @Test
    void aCodecsLambdasMayThrow() {
        Codec<String> codec = Codec.of(
                payload -> {
                    throw new IOException("encoding");
                },
                bytes -> {
                    throw new IOException("decoding");
                });
        assertThatThrownBy(() -> codec.encode("x")).hasMessage("encoding");
        assertThatThrownBy(() -> codec.decode(new byte[0])).hasMessage("decoding");
    }
}
