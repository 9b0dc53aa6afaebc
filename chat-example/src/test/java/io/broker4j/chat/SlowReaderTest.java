package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that stops reading is a trouble to nobody. */
class SlowReaderTest {
    private static final int SMALL_RECEIVE_BUFFER = 4_096;
    private static final String LARGE = "x".repeat(2_000);

    private final Broker broker = Broker.open("memory:");

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void whoReadsNothingOfALotIsClosedAndNobodyWaitsForIt() throws Exception {
        try (ChatServer server = start(Timings.DEFAULTS.withClosing(Duration.ofSeconds(15)));
                RawClient slow = notReading(server);
                ChatClient ada = in(server, "Ada", "a");
                ChatClient bob = in(server, "Bob", "a")) {
            int twoMebibytes = 1_000;
            talk(ada, bob, twoMebibytes);
            assertThat(slow.closeCode()).isEqualTo(4008);
            ada.hasHeardNothingElse();
            bob.hasHeardNothingElse();
        }
    }

    @Test
    void whoLeavesALittleUnreadForLongIsClosedToo() throws Exception {
        Timings hasty = Timings.DEFAULTS.withSlowReader(Duration.ofMillis(200)).withClosing(Duration.ofMillis(100));
        try (ChatServer server = start(hasty);
                RawClient slow = notReading(server);
                ChatClient ada = in(server, "Ada", "a");
                ChatClient bob = in(server, "Bob", "a")) {
            int lessThanTheBound = 400;
            talk(ada, bob, lessThanTheBound);
            Eventually.equal(2, server::sessions);
            assertThat(slow.closeCode()).isEqualTo(RawClient.CUT);
        }
    }

    @Test
    void aPeerThatDoesNotTakeItsCloseFrameIsCut() throws Exception {
        Timings hasty = Timings.DEFAULTS.withClosing(Duration.ofMillis(100));
        try (ChatServer server = start(hasty);
                RawClient slow = notReading(server);
                ChatClient ada = in(server, "Ada", "a");
                ChatClient bob = in(server, "Bob", "a")) {
            talk(ada, bob, 1_000);
            Eventually.equal(2, server::sessions);
            assertThat(slow.closeCode()).isEqualTo(RawClient.CUT);
        }
    }

    private ChatServer start(Timings timings) throws Exception {
        return ChatServer.start(ChatConfig.local("n1").withMessageRate(0, 1).withTimings(timings), broker);
    }

    private static RawClient notReading(ChatServer server) throws Exception {
        RawClient client = new RawClient(server, SMALL_RECEIVE_BUFFER);
        client.upgrade();
        client.response();
        client.text("{\"t\":\"hello\",\"v\":1,\"name\":\"Slow\",\"rooms\":[{\"r\":\"a\"}]}");
        assertThat(client.next().text()).contains("welcome");
        assertThat(client.next().text()).contains("joined");
        return client;
    }

    /** One message after the other, each of which both must get. */
    private static void talk(ChatClient from, ChatClient to, int messages) {
        for (int i = 0; i < messages; i++) {
            from.send("a", "c" + i, LARGE);
            assertThat(to.next("msg").path("cid").asString()).isEqualTo("c" + i);
            from.next();
            from.next();
        }
    }
}
