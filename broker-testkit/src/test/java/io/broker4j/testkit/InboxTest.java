package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final Gap GAP = Gap.of("t", Reason.OVERFLOW, 2);

    private final Inbox<String> inbox = new Inbox<>(Duration.ofMillis(1));

    private static void deliver(Inbox<String> inbox, String... payloads) throws Exception {
        for (String payload : payloads) {
            inbox.onMessage(Message.of("t", payload));
        }
    }

    @Test
    void keepsMessagesAndGapsInTheirOrder() throws Exception {
        deliver(inbox, "a");
        inbox.onGap(GAP);
        deliver(inbox, "b");
        assertThat(inbox.arrivals()).containsExactly("a", GAP, "b");
        assertThat(inbox.payloads()).containsExactly("a", "b");
        assertThat(inbox.gaps()).containsExactly(GAP);
        assertThat(inbox.messages()).extracting(Message::topic).containsOnly("t");
    }

    @Test
    void awaitReturnsTheFirstSoMany() throws Exception {
        deliver(inbox, "a", "b", "c");
        assertThat(inbox.await(2)).containsExactly("a", "b");
    }

    @Test
    void awaitUpToReturnsWhatCameUpToTheFirstOfThem() throws Exception {
        deliver(inbox, "a", "end", "b", "end");
        assertThat(inbox.awaitUpTo("end")).containsExactly("a", "end");
    }

    @Test
    void waitingInVainShowsWhatDidArrive() throws Exception {
        deliver(inbox, "a");
        inbox.onGap(GAP);
        assertThatThrownBy(() -> inbox.await(2))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("expected 2 messages", "1 messages and 1 gaps", "[a, " + GAP + "]");
        assertThatThrownBy(() -> inbox.awaitUpTo("b")).hasMessageContaining("expected a message b");
        assertThatThrownBy(() -> inbox.awaitGaps(2)).hasMessageContaining("expected 2 gaps");
    }

    @Test
    void waitsForWhatAnotherThreadBrings() {
        Inbox<String> patient = new Inbox<>();
        CompletableFuture<?> bringing = CompletableFuture.runAsync(() -> {
            patient.onGap(GAP);
            try {
                deliver(patient, "a");
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
        });
        assertThat(patient.awaitGap()).isEqualTo(GAP);
        assertThat(patient.await(1)).containsExactly("a");
        bringing.join();
    }

    @Test
    void aGatedHandlerStaysInTheCallUntilItIsLetThrough() throws Exception {
        Inbox<String> gated = Inbox.gated();
        CompletableFuture<Void> first = deliverAside(gated, "a");
        gated.await(1);
        assertThat(first).isNotDone();
        gated.pass(1);
        first.join();
        CompletableFuture<Void> second = deliverAside(gated, "b");
        gated.await(2);
        assertThat(second).isNotDone();
        gated.open();
        second.join();
        deliver(gated, "c");
        assertThat(gated.payloads()).containsExactly("a", "b", "c");
    }

    private static CompletableFuture<Void> deliverAside(Inbox<String> inbox, String payload) {
        return CompletableFuture.runAsync(() -> {
            try {
                deliver(inbox, payload);
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
        });
    }

    @Test
    void throwsWhatItIsToldTo() throws Exception {
        Error error = new AssertionError("told to");
        inbox.failWhen("bad"::equals, error);
        deliver(inbox, "good");
        assertThatThrownBy(() -> deliver(inbox, "bad")).isSameAs(error);
        assertThat(inbox.payloads()).containsExactly("good", "bad");
        assertThatThrownBy(() -> inbox.failWhen("bad"::equals, new Throwable("neither")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
