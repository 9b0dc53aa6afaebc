package io.broker4j.redis;

import static io.broker4j.redis.ReplyTable.reply;
import static io.broker4j.redis.ReplyTable.tests;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.Health.Status;
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

    /** Reply to ROLE, the last before a connection is used | what the refusal says. */
    private static final String ROLE = """
            hello~                               | cannot connect
            +OK~                                 | not a master
            :0~                                  | not a master
            _~                                   | not a master
            *0~                                  | not a master
            *1~*0~                               | not a master
            *3~$5~slave~$4~host~:6379~           | is a replica of host:6379
            *1~$5~slave~                         | is a slave, not a master
            *2~$8~sentinel~*0~                   | is a sentinel, not a master
            $100~trunc !close                    | cannot connect
            $100~trunc !silent                   | no answer in time
            !close                               | cannot connect
            !silent                              | no answer in time
                                                 | no answer in time
            $2147483647~                         | cannot connect
            $-7~                                 | cannot connect
            -LOADING loading~                    | LOADING loading
            -NOPERM no~                          | NOPERM no""";

    @TestFactory
    List<DynamicTest> anAnswerToHelloThatIsNoneFailsToOpenInTime() {
        return tests(HELLO, row -> opening("HELLO", row));
    }

    @TestFactory
    List<DynamicTest> anAnswerToRoleThatIsNoMastersFailsToOpenInTime() {
        return tests(ROLE, row -> opening("ROLE", row));
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
