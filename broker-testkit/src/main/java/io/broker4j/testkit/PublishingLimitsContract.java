package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.Codec;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.Publisher;
import io.broker4j.Receipt;
import io.broker4j.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What is refused before it is sent. */
abstract class PublishingLimitsContract extends ContractGroup {
    private static final int MAX_PAYLOAD = 256 * 1024;
    private static final int MAX_IN_FLIGHT = 10_000;

    /** P5. If it fails: is a publish counted as under way until its future is complete, and refused before it is sent? */
    @Test
    @Rule("P5")
    void moreThanTenThousandPublishesUnderWayAreRefusedAtOnce() {
        Broker broker = connect("publishTimeout=1m");
        Publisher<String> publisher = broker.publisher(topic());
        Flood flood = new Flood(MAX_IN_FLIGHT + 1, () -> publisher.publish("x"));
        flood.allowed(MAX_IN_FLIGHT);
        flood.refused(MAX_IN_FLIGHT);
        get(publisher.publish("x"));
    }

    /** P5, in bytes: 64 MiB are 256 of the largest payloads, or a few less if headers are counted too. */
    @Test
    @Rule("P5")
    void moreThanSixtyFourMebibytesUnderWayAreRefusedAtOnce() {
        Broker broker = connect("publishTimeout=1m");
        Publisher<byte[]> publisher = broker.publisher(Topic.bytes(root() + ".bytes"));
        byte[] payload = new byte[MAX_PAYLOAD];
        Flood flood = new Flood(270, () -> publisher.publish(payload));
        flood.allowed(250);
        flood.refused(257);
    }

    /** P5, in headers: 8,192 publishes with 8 KiB of them. If it fails: are only payloads counted? */
    @Test
    @Rule("P5")
    void moreThanSixtyFourMebibytesOfHeadersUnderWayAreRefusedAtOnce() {
        Broker broker = connect("publishTimeout=1m");
        Publisher<String> publisher = broker.publisher(topic());
        Map<String, String> headers = headers(8, "v".repeat(1024 - 3));
        Flood flood = new Flood(8_200, () -> publisher.publish("", headers));
        flood.allowed(8_000);
        flood.refused(8_193);
    }

    /** Publishes while the medium is stalled, which is for as short as possible: a stalled medium is found and left (C2). */
    private final class Flood {
        private final List<CompletableFuture<Receipt>> published = new ArrayList<>();
        private final List<Integer> doneAtOnce = new ArrayList<>();

        Flood(int count, Supplier<CompletableFuture<Receipt>> publish) {
            faults().stall();
            for (int i = 0; i < count; i++) {
                CompletableFuture<Receipt> one = publish.get();
                published.add(one);
                if (one.isDone()) {
                    doneAtOnce.add(i);
                }
            }
            faults().restore();
        }

        /** The first ones are answered when the medium answers again. */
        void allowed(int count) {
            assertThat(doneAtOnce).as("publishes that were complete at once").allMatch(index -> index >= count);
            get(all(published.subList(0, count)));
        }

        /** Those from the given one on were refused without a question to the medium. */
        void refused(int from) {
            for (int i = from; i < published.size(); i++) {
                assertThat(doneAtOnce)
                        .as("publishes that were complete at once")
                        .contains(i);
                assertThat(failure(published.get(i), patience()).outcome()).isEqualTo(Outcome.NOT_SENT);
            }
        }
    }

    /** P5: the bound is on what is under way, not on what ever was. */
    @Test
    @Rule("P5")
    void completedPublishesMakeRoomForOthers() {
        Broker broker = connect("publishTimeout=1m"); // the bound is shown, not the time
        Publisher<byte[]> publisher = broker.publisher(Topic.bytes(root() + ".bytes"));
        byte[] large = new byte[MAX_PAYLOAD];
        for (int round = 0; round < 3; round++) {
            List<CompletableFuture<Receipt>> published = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                published.add(publisher.publish(large));
            }
            get(all(published));
        }
    }

    /** P6: what no broker can publish to. */
    @Test
    @Rule("P6")
    void wrongNamesAndWildcardsThrowAtTheCaller() {
        Broker broker = connect();
        List<String> wrong = List.of(
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "a b",
                "a.b?",
                "a.[b]",
                "ü",
                "a\nb",
                "__b4j",
                "__b4j.x",
                "a*",
                "a.b>",
                ">.a",
                "a".repeat(201));
        for (String name : wrong) {
            assertThatThrownBy(() -> Topic.text(name))
                    .as("topic '%s'", name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (String pattern : List.of("*", ">", "a.*", "*.b", "a.*.c", "a.>")) {
            assertThatThrownBy(() -> broker.publisher(Topic.text(pattern)))
                    .as("publisher for '%s'", pattern)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(pattern);
        }
    }

    /** P6: null never gets as far as a future. */
    @Test
    @Rule("P6")
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // the point of the test
    void nullThrowsAtTheCaller() {
        Broker broker = connect();
        Publisher<String> publisher = broker.publisher(topic());
        assertThatThrownBy(() -> publisher.publish(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> publisher.publish("x", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> broker.publisher(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> broker.subscribe(null, message -> {})).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> broker.subscribe(topic(), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> broker.subscribe(topic(), null, message -> {}))
                .isInstanceOf(NullPointerException.class);
    }

    /** P6: to the byte. If it fails: is the payload measured after encoding, and without what the frame adds? */
    @Test
    @Rule("P6")
    void aPayloadOf256KibibytesPassesAndOneByteMoreIsRefused() {
        Broker broker = connect();
        Topic<byte[]> topic = Topic.bytes(root() + ".bytes");
        Inbox<byte[]> inbox = subscribed(connect(), topic);
        refused(broker.publisher(topic).publish(new byte[MAX_PAYLOAD + 1]));
        publish(broker, topic, new byte[MAX_PAYLOAD]);
        publish(broker, topic, new byte[0]);
        assertThat(inbox.await(2)).extracting(payload -> payload.length).containsExactly(MAX_PAYLOAD, 0);
    }

    /** P6: the largest headers that are allowed arrive unharmed, whatever is in their values. */
    @Test
    @Rule("P6")
    void headersWithinTheLimitsArrive() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        List<Map<String, String>> allowed = List.of(
                Map.of(),
                Map.of("a", "", "b-9", "ä€😀\n\0 \"'"),
                Map.of("n".repeat(64), "v".repeat(1024)),
                Map.of("utf-8", "€".repeat(341) + "x"),
                headers(32, "v"),
                headers(8, "v".repeat(1024 - 3)));
        for (Map<String, String> headers : allowed) {
            get(broker.publisher(topic).publish("x", headers));
        }
        inbox.await(allowed.size());
        assertThat(inbox.messages()).extracting(message -> message.headers()).containsExactlyElementsOf(allowed);
    }

    /** P6: too many headers, one that is too large, one with a wrong name; nothing is sent. */
    @Test
    @Rule("P6")
    void headersBeyondTheLimitsAreRefused() {
        Broker broker = connect();
        Topic<String> topic = topic();
        Inbox<String> inbox = subscribed(connect(), topic);
        List<Map<String, String>> wrong = List.of(
                Map.of("", "v"),
                Map.of("Upper", "v"),
                Map.of("under_score", "v"),
                Map.of("ä", "v"),
                Map.of("n".repeat(65), "v"),
                Map.of("name", "v".repeat(1025)),
                Map.of("utf-8", "€".repeat(342)),
                Map.of("surrogate", "\uD800"),
                headers(33, "v"),
                headers(8, "v".repeat(1024)));
        for (Map<String, String> headers : wrong) {
            refused(broker.publisher(topic).publish("refused", headers));
        }
        publish(broker, topic, "end");
        assertThat(inbox.awaitUpTo("end")).containsExactly("end");
    }

    /** Headers named {@code h00}, {@code h01} …: each is three bytes longer than its value. */
    private static Map<String, String> headers(int count, String value) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            headers.put(String.format("h%02d", i), value);
        }
        return headers;
    }

    /** P6: what a codec throws is the cause, and the publisher goes on. */
    @Test
    @Rule("P6")
    void aFailingCodecFailsThePublishNotSentWithItsException() {
        Broker broker = connect();
        IllegalStateException thrown = new IllegalStateException("cannot encode");
        Topic<String> topic = Topic.of(
                root() + ".codec",
                Codec.of(
                        payload -> {
                            if (payload.equals("bad")) {
                                throw thrown;
                            }
                            return payload.getBytes(StandardCharsets.UTF_8);
                        },
                        bytes -> new String(bytes, StandardCharsets.UTF_8)));
        Inbox<String> inbox = subscribed(broker, topic);
        assertThat(refused(broker.publisher(topic).publish("bad"))).hasRootCause(thrown);
        publish(broker, topic, "good");
        assertThat(inbox.await(1)).containsExactly("good");
        assertThat(inbox.gaps()).isEmpty();
    }

    /** Refused before any I/O: already complete when {@code publish} returns. */
    private PublishException refused(CompletableFuture<Receipt> published) {
        assertThat(published).as("a publish that is refused here").isDone();
        PublishException failure = failure(published, patience());
        assertThat(failure.outcome()).as(failure.getMessage()).isEqualTo(Outcome.NOT_SENT);
        return failure;
    }
}
