package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import io.broker4j.testkit.ScriptedServer;
import io.broker4j.testkit.ScriptedServer.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies to a log's commands that no Redis gives; {@code ~} is the end of a line. Every future ends all the same. */
class ScriptedLogRepliesTest {
    private ScriptedServer server;
    private Transports transports;

    @BeforeEach
    void open() {
        server = ScriptedServer.start();
        transports = Transports.open(server.uri());
    }

    @AfterEach
    void close() {
        transports.close();
        server.close();
    }

    private void script(String command, String reply) {
        server.on(command, Reply.of(reply.replace("~", "\r\n")));
    }

    private Outcome appendOutcome() {
        return ((PublishException) Logs.failure(Logs.append(transports, "t", "x"))).outcome();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":1~",
                "+OK~",
                "$-1~",
                "_~",
                "*0~",
                "*1~$3~1-1~",
                "$1~1~",
                "$2~1-~",
                "$2~-1~",
                "$5~1-1-1~",
                "$3~a-b~",
                "$0~~",
                "what~"
            })
    void onlyAnIdIsTakenForTheReplyToXadd(String reply) {
        script("XADD", reply);
        assertThat(appendOutcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void anIdOrAnErrorIsTaken() {
        script("XADD", "$3~7-8~");
        assertThat(Logs.appended(transports, "t", "x")).isEqualTo(Position.of(7, 8));
        script("XADD", "-NEWCODE what~");
        assertThat(appendOutcome()).isEqualTo(Outcome.REJECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {":1~", "+OK~", "_~", "*1~:1~", "*1~*2~$1~x~*0~", "*1~*2~$3~1-1~*2~$1~d~_~", "%1~$1~a~:1~", "#t~"
            })
    void whatIsNoEntriesFailsARead(String reply) {
        script("XRANGE", reply);
        Log log = Logs.of(transports);
        assertThat(Logs.failure(log.read("t", Position.ORIGIN, 10, 100))).isExactlyInstanceOf(CutOffException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {":1~", "+OK~", "*0~", "%1~$6~length~+OK~", "*1~*0~", "_~"})
    void whatIsNoInformationFailsToInform(String reply) {
        script("XINFO", reply);
        assertThat(Logs.failure(Logs.of(transports).info("t"))).isExactlyInstanceOf(CutOffException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*0~", "+OK~", ":5~", "*2~:0~*1~:1~", "*2~:0~*1~*3~$1~x~:1~*0~"})
    void whatIsNoPendingEntriesFails(String reply) {
        script("EVALSHA", reply);
        Groups.Member member = new Groups.Member("t", "g", "one");
        assertThat(Logs.failure(Logs.groups(transports).pending(member, Position.ORIGIN, 10)))
                .isExactlyInstanceOf(CutOffException.class);
    }
}
