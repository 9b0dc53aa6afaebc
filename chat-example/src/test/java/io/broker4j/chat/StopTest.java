package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a server ends. */
class StopTest {
    private final Broker broker = Broker.open("memory:");

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void everybodyIsToldWhenToComeBackAndNoneAtTheSameTime() throws Exception {
        ChatServer server = start(Timings.DEFAULTS.withFarewell(Duration.ofMillis(200)));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            clients.add(RawClient.upgraded(server));
        }
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::close);
        List<Integer> hints = new ArrayList<>();
        for (RawClient client : clients) {
            JsonDocument bye = JsonDocument.parse(client.next().text());
            assertThat(bye.string("t")).isEqualTo("bye");
            assertThat(bye.integer("code")).isEqualTo(1012);
            hints.add((int) bye.integer("retryMs"));
            assertThat(client.closeCode()).isEqualTo(1012);
            client.close();
        }
        stopping.join();
        assertThat(hints).allMatch(ms -> ms >= 100 && ms <= 10_100);
        assertThat(hints.stream().distinct()).hasSizeGreaterThan(10);
    }

    @Test
    void whileItEndsNobodyIsTakenAnyMore() throws Exception {
        ChatServer server = start(Timings.DEFAULTS.withClosing(Duration.ofSeconds(2)));
        try (RawClient staying = RawClient.upgraded(server);
                RawClient late = new RawClient(server)) {
            late.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            late.response();
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::close);
            assertThat(staying.next().text()).contains("bye");
            late.upgrade();
            assertThat(late.response()).startsWith("HTTP/1.1 503 ");
            stopping.join();
        }
    }

    @Test
    void whoDoesNotTakeItsLeaveIsCutAndEndingTwiceIsEndingOnce() throws Exception {
        ChatServer server = start(Timings.DEFAULTS.withClosing(Duration.ofMillis(50)));
        try (RawClient deaf = RawClient.upgraded(server)) {
            server.close();
            server.close();
            assertThat(server.sessions()).isZero();
            assertThat(deaf.closeCode()).isEqualTo(1012);
            assertThat(deaf.isAtEnd()).isTrue();
        }
    }

    @Test
    void whenManyHaveComeAndGoneNothingIsLeft() throws Exception {
        try (ChatServer server = start(Timings.DEFAULTS)) {
            for (int i = 0; i < 500; i++) {
                RawClient client = RawClient.upgraded(server);
                client.text(
                        "{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\",\"rooms\":[{\"r\":\"a\"},{\"r\":\"" + i + "\"}]}");
                client.text("{\"t\":\"send\",\"r\":\"a\",\"cid\":\"c\",\"text\":\"hi\"}");
                client.close();
            }
            Eventually.equal(0, server::sessions);
            Eventually.equal(0, () -> server.rooms().count());
        }
    }

    private ChatServer start(Timings timings) throws Exception {
        return ChatServer.start(ChatConfig.local("n1").withTimings(timings), broker);
    }
}
