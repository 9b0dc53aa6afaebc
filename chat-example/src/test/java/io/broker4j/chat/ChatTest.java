package io.broker4j.chat;

import static io.broker4j.chat.ChatClient.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients of one server see. */
class ChatTest {
    private final Broker broker = Broker.open("memory:");
    private ChatServer server;

    @BeforeEach
    void start() throws Exception {
        server = ChatServer.start(ChatConfig.local("n1"), broker);
    }

    @AfterEach
    void stop() {
        server.close();
        broker.close();
    }

    @Test
    void helloIsAnsweredWithWhoYouAreAndTheLimits() {
        try (ChatClient ada = ChatClient.connect(server)) {
            ada.say("{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\",\"key\":\"000102030405060708090a0b0c0d0e0f\","
                    + "\"rooms\":[{\"r\":\"a\"},{\"r\":\"b\",\"after\":\"5-0\"}]}");
            JsonNode welcome = ada.next("welcome");
            assertThat(welcome.at("/you/id").asString()).isEqualTo("be45cb2605bf36be");
            assertThat(welcome.at("/you/name").asString()).isEqualTo("Ada");
            assertThat(welcome.path("node").asString()).isEqualTo("n1");
            assertThat(welcome.at("/limits/text").asInt()).isEqualTo(2_000);
            assertThat(Set.of(
                            ada.next("joined").path("r").asString(),
                            ada.next("joined").path("r").asString()))
                    .containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void everybodyInTheRoomSeesTheMessageAndTheSenderIsToldThatItIsOut() {
        try (ChatClient ada = in(server, "Ada", "a");
                ChatClient bob = in(server, "Bob", "a");
                ChatClient eve = in(server, "Eve", "b")) {
            ada.send("a", "c1", "hi");
            JsonNode seen = bob.next("msg");
            assertThat(seen.path("text").asString()).isEqualTo("hi");
            assertThat(seen.path("r").asString()).isEqualTo("a");
            assertThat(seen.at("/from/name").asString()).isEqualTo("Ada");
            JsonNode one = ada.next();
            JsonNode other = ada.next();
            assertThat(Set.of(one.path("t").asString(), other.path("t").asString()))
                    .containsExactlyInAnyOrder("msg", "ack");
            JsonNode ack = one.path("t").asString().equals("ack") ? one : other;
            assertThat(ack.path("cid").asString()).isEqualTo("c1");
            assertThat(ack.path("r").asString()).isEqualTo("a");
            assertThat(one == ack ? other : one).isEqualTo(seen);
            eve.hasHeardNothingElse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<img src=x onerror=alert(1)>",
                "\u202Eabc\u202C",
                "\uD83D\uDC69\u200D\uD83D\uDE80",
                "\u0000\u0001\u001b[31m\r\n\t",
                "\u2028\u2029\uFEFF\uFFFF",
                "\\\"{}[]",
                "e\u0301 is not \u00E9",
                " "
            })
    void anyTextArrivesAsItWasWritten(String text) {
        try (ChatClient ada = in(server, "__proto__", "\u202Ea<b>/../")) {
            ada.send("\u202Ea<b>/../", "c1", text);
            assertThat(ada.await("msg").path("text").asString()).isEqualTo(text);
        }
    }

    @Test
    void oneRoomHasOneSpelling() {
        try (ChatClient ada = in(server, "Ada", "Caf\u00E9");
                ChatClient bob = in(server, "Bob", "Cafe\u0301")) {
            bob.send("Cafe\u0301", "c1", "hi");
            assertThat(ada.next("msg").path("r").asString()).isEqualTo("Caf\u00E9");
        }
    }

    @Test
    void whoLeftHearsNoMoreAndMayComeBack() {
        try (ChatClient ada = in(server, "Ada", "a");
                ChatClient bob = in(server, "Bob", "a")) {
            bob.leave("a");
            bob.hasHeardNothingElse();
            ada.send("a", "c1", "one");
            ada.await("msg");
            bob.hasHeardNothingElse();
            bob.join("a");
            bob.next("joined");
            ada.send("a", "c2", "two");
            assertThat(bob.next("msg").path("text").asString()).isEqualTo("two");
        }
    }

    @Test
    void joiningAgainIsAnsweredAgainAndDoublesNothing() {
        try (ChatClient ada = in(server, "Ada", "a")) {
            ada.join("a");
            ada.next("joined");
            ada.send("a", "c1", "one");
            ada.send("a", "c2", "two");
            assertThat(ada.await("msg").path("cid").asString()).isEqualTo("c1");
            assertThat(ada.await("msg").path("cid").asString()).isEqualTo("c2");
        }
    }

    @Test
    void aRoomWithoutAnybodyIsClosed() {
        try (ChatClient ada = in(server, "Ada", "a", "b");
                ChatClient bob = in(server, "Bob", "a")) {
            assertThat(server.rooms().count()).isEqualTo(2);
            ada.leave("b");
            ada.hasHeardNothingElse();
            assertThat(server.rooms().count()).isEqualTo(1);
            ada.leave("a");
            ada.hasHeardNothingElse();
            assertThat(server.rooms().count()).isEqualTo(1);
            bob.leave("a");
            bob.hasHeardNothingElse();
            assertThat(server.rooms().count()).isZero();
        }
    }

    @Test
    void aDisconnectLeavesAllRooms() {
        try (ChatClient ada = in(server, "Ada", "a", "b")) {
            ada.socket().sendClose(1000, "");
            assertThat(ada.closeCode()).isEqualTo(1000);
        }
        ChatClient bob = in(server, "Bob");
        bob.socket().abort();
        Eventually.equal(0, server::sessions);
        Eventually.equal(0, () -> server.rooms().count());
    }

    @Test
    void howeverQuicklyARoomIsLeftAndEnteredTheLastWordCounts() {
        try (ChatClient ada = in(server, "Ada")) {
            for (int i = 0; i < 50; i++) {
                ada.join("a");
                ada.leave("a");
            }
            ada.say("{\"t\":\"ping\",\"n\":1}");
            ada.await("pong");
            assertThat(server.rooms().count()).isZero();
            ada.join("a");
            ada.next("joined");
            ada.send("a", "c1", "still here");
            assertThat(ada.await("msg").path("cid").asString()).isEqualTo("c1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\\u0000", "a\\n", "\\u0085"})
    void aRoomThatMayNotBeIsRefusedByName(String escaped) {
        try (ChatClient ada = in(server, "Ada")) {
            ada.say("{\"t\":\"join\",\"r\":\"" + escaped + "\"}");
            JsonNode err = ada.next("err");
            assertThat(err.path("code").asString()).isEqualTo("invalid");
            assertThat(err.path("r")).isEqualTo(JsonMapper.shared().readTree("\"" + escaped + "\""));
        }
    }

    @Test
    void theHundredAndFirstRoomIsTooMany() {
        try (ChatClient ada = in(server, "Ada")) {
            for (int i = 1; i <= 100; i++) {
                ada.join("room " + i);
                ada.next("joined");
            }
            ada.join("one more");
            JsonNode err = ada.next("err");
            assertThat(err.path("code").asString()).isEqualTo("too_many_rooms");
            assertThat(err.path("r").asString()).isEqualTo("one more");
            ada.leave("room 7");
            ada.join("one more");
            ada.next("joined");
        }
    }

    @Test
    void whatCannotBeSentIsRefusedByItsId() {
        try (ChatClient ada = in(server, "Ada", "a")) {
            ada.send("a", "c1", "");
            isErr(ada.next(), "invalid", "a", "c1");
            ada.send("a", "c2", "x".repeat(2_001));
            isErr(ada.next(), "invalid", "a", "c2");
            ada.send("b", "c3", "hi");
            isErr(ada.next(), "not_joined", "b", "c3");
            ada.send("a", "c 4", "hi");
            isErr(ada.next(), "invalid", "a", "");
            ada.leave("b");
            isErr(ada.next(), "not_joined", "b", "");
            ada.send("a", "c5", "x".repeat(2_000));
            ada.await("msg");
        }
    }

    @Test
    void theRateIsAnsweredWithWhenToTryAgain() {
        try (ChatClient ada = in(server, "Ada", "a")) {
            for (int i = 0; i < 30; i++) {
                ada.send("a", "c" + i, "x");
            }
            JsonNode err = ada.await("err");
            assertThat(err.path("code").asString()).isEqualTo("rate");
            assertThat(err.path("retryMs").asInt()).isBetween(1, 200);
            assertThat(err.path("cid").asString()).isEqualTo("c10");
        }
    }

    @Test
    void aHundredRefusedSendsCloseTheConnectionAndSayWhenToComeBack() {
        try (ChatClient ada = in(server, "Ada", "a")) {
            for (int i = 0; i < 100; i++) {
                ada.send("elsewhere", "c" + i, "x");
            }
            assertThat(ada.await("bye").path("retryMs").asInt()).isEqualTo(10_000);
            assertThat(ada.closeCode()).isEqualTo(4013);
        }
    }

    @Test
    void joiningAndLeavingInALoopIsFlooding() {
        try (ChatClient ada = in(server, "Ada")) {
            for (int i = 0; i < 200 && !ada.socket().isInputClosed(); i++) {
                ada.say("{\"t\":\"join\",\"r\":\"a\"}");
                ada.say("{\"t\":\"leave\",\"r\":\"a\"}");
            }
            assertThat(ada.closeCode()).isEqualTo(4013);
        } catch (java.util.concurrent.CompletionException closedMeanwhile) {
            assertThat(closedMeanwhile).hasCauseInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void anUnknownTypeAndBrokenJsonAreToldAndTheThirdErrorIsTheLast() {
        try (ChatClient ada = in(server, "Ada", "a")) {
            ada.say("{\"t\":\"dance\"}");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("unknown_type");
            ada.say("{\"t\":");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("invalid");
            ada.say("{\"t\":\"send\",\"r\":\"a\",\"cid\":7,\"text\":\"x\"}");
            assertThat(ada.closeCode()).isEqualTo(4501);
        }
    }

    @Test
    void whoDoesNotIntroduceHimselfIsNotHeard() {
        try (ChatClient ada = ChatClient.connect(server)) {
            ada.join("a");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("invalid");
            ada.say("{\"t\":\"hello\",\"v\":1,\"name\":\"\"}");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("invalid");
            ada.say("{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\",\"key\":\"secret\"}");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("invalid");
            ada.say("{\"t\":\"hello\",\"v\":1,\"name\":\"Ada\"}");
            ada.next("welcome");
            ada.say("{\"t\":\"hello\",\"v\":1,\"name\":\"Eve\"}");
            assertThat(ada.next("err").path("code").asString()).isEqualTo("invalid");
        }
    }

    @Test
    void anotherVersionOfTheProtocolIsFinal() {
        try (ChatClient ada = ChatClient.connect(server)) {
            ada.say("{\"t\":\"hello\",\"v\":2,\"name\":\"Ada\"}");
            assertThat(ada.closeCode()).isEqualTo(4501);
        }
    }

    private static void isErr(JsonNode frame, String code, String room, String cid) {
        assertThat(frame.path("code").asString()).isEqualTo(code);
        assertThat(frame.path("r").asString()).isEqualTo(room);
        assertThat(frame.path("cid").asString()).isEqualTo(cid);
    }
}
