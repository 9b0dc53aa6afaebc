package io.broker4j.redis;

import static io.broker4j.redis.ReplyTable.reply;
import static io.broker4j.redis.ReplyTable.tests;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Health.Status;
import io.broker4j.Topic;
import io.broker4j.redis.ReplyTable.Row;
import io.broker4j.testkit.ScriptedServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** What becomes of opening a broker when the server answers with what it should not: see {@link ReplyTable}. */
class ScriptedOpeningTest {
    /** Reply to HELLO, the first command on a connection | what the refusal says. */
    private static final String HELLO = """
            hello~                | cannot connect
            \u0080\u00ff~         | cannot connect
            +OK~                  | cannot connect
            :0~                   | cannot connect
            _~                    | cannot connect
            $100~trunc !close     | cannot connect
            $100~trunc !silent    | no answer in time
            !close                | cannot connect
            !silent               | no answer in time
            [hello]               | no answer in time
            %1000000000~          | no answer in time
            *1000000000~          | no answer in time
            $2147483647~          | cannot connect
            $-7~                  | cannot connect
            -LOADING loading~     | refused the connection: LOADING loading
            -BUSY script~         | refused the connection: BUSY script
            -ERR max clients~     | refused the connection: ERR max clients
            -NOAUTH who~          | give it in the locator
            -NOPERM no~           | ACL SETUSER default +
            -WRONGPASS no~        | refused the user name or password
            -NOPROTO no~          | at least 7.0
            -~                    | refused the connection""";

    /** Answer to HELLO of a server that is no master | what the refusal says. */
    private static final String ROLES = """
            %3~+version~+7.0.15~+proto~:3~+role~+replica~    | is a replica, where
            %3~+version~+7.0.15~+proto~:3~+mode~+sentinel~   | is a sentinel, not a master
            %2~+version~+7.0.15~+proto~:3~                   | is a server without a role""";

    @TestFactory
    List<DynamicTest> anAnswerToHelloThatIsNoneFailsToOpenInTime() {
        return tests(HELLO, row -> opening("HELLO", row));
    }

    @TestFactory
    List<DynamicTest> aServerThatIsNoMasterIsRefused() {
        return tests(ROLES, row -> opening("HELLO", row));
    }

    private static Executable opening(String command, Row row) {
        ScriptedServer server = ScriptedServer.start();
        server.on(command, reply(row.reply()));
        CompletableFuture<Broker> opening =
                CompletableFuture.supplyAsync(() -> Broker.open(server.uri()), task -> new Thread(task).start());
        return () -> {
            try (server) {
                assertThat(Transports.failure(opening))
                        .hasCauseInstanceOf(BrokerException.class)
                        .hasMessageContainingAll(server.uri(), row.words());
            }
        };
    }

    /** Some services have no ROLE. */
    @Test
    void onlyHelloIsAskedForTheRole() {
        try (ScriptedServer server = ScriptedServer.start()) {
            server.on("ROLE", reply("-ERR unknown command 'ROLE'~"));
            try (Broker broker = Broker.open(server.uri() + "?probe=100ms")) {
                broker.subscribe(Topic.text("t"), message -> {}).join();
                Recorder.eventually().until(() -> broker.health().receiving() == Status.UP);
            }
            assertThat(server.requests())
                    .extracting(ScriptedServer.Request::command)
                    .contains("HELLO")
                    .doesNotContain("ROLE");
        }
    }

    /** The probe asks HELLO again. */
    @Test
    void aServerWhoseHelloNamesAnotherRoleLaterIsLeftUntilItIsAMasterAgain() {
        try (ScriptedServer server = ScriptedServer.start();
                Broker broker = Broker.open(server.uri() + "?probe=100ms")) {
            broker.subscribe(Topic.text("t"), message -> {}).join();
            Recorder.eventually().until(() -> broker.health().receiving() == Status.UP);
            server.on("HELLO", reply("%3~+version~+7.0.15~+proto~:3~+role~+replica~"));
            Recorder.eventually().until(() -> broker.health().detail().contains("is a replica"));
            assertThat(broker.health().publishing()).isEqualTo(Status.DOWN);
            server.behave();
            Recorder.eventually()
                    .until(() -> broker.health().publishing() == Status.UP
                            && broker.health().receiving() == Status.UP);
        }
    }

    /** The words are those for any other command that the server refuses. */
    @Test
    void aRefusalThatPassesSaysSo() {
        try (ScriptedServer server = ScriptedServer.start()) {
            server.on("HELLO", reply("-LOADING loading~"));
            assertThatThrownBy(() -> Broker.open(server.uri()))
                    .hasMessageContaining(
                            "LOADING loading; the server is still loading its data: try again" + " (README#connect)");
        }
    }

    @Test
    void inTheBackgroundItConnectsOnceTheServerAnswersHello() {
        try (ScriptedServer server = ScriptedServer.start()) {
            server.on("HELLO", reply("-LOADING loading~"));
            try (Broker broker = Broker.open(server.uri() + "?connect=background")) {
                Recorder.eventually().until(() -> broker.health().detail().contains("LOADING loading"));
                server.behave();
                Recorder.eventually().until(() -> broker.health().publishing() == Status.UP);
            }
        }
    }
}
