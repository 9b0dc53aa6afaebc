package io.broker4j.redis;

import static io.broker4j.redis.ReplyTable.reply;
import static io.broker4j.redis.ReplyTable.tests;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.PublishException;
import io.broker4j.redis.ReplyTable.Row;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What becomes of a publish when the server answers it with what it should not: see {@link ReplyTable}. */
class ScriptedPublishTest {
    /** Of rule P1, with some slack. */
    private static final Duration P1 = Duration.ofSeconds(5);

    /** Reply to PUBLISH | outcome, and whether the connection is kept or renewed | what the failure says. */
    private static final String PUBLISH = """
            [message other x]:0~     | OK kept           |
            [whatever]:0~            | OK kept           |
            hello~                   | UNKNOWN renewed   | may or may not have been received
            \u0080\u00ff~            | UNKNOWN renewed   | may or may not
            +OK~                     | UNKNOWN renewed   | may or may not
            $3~abc~                  | UNKNOWN renewed   | may or may not
            $-1~                     | UNKNOWN renewed   | may or may not
            _~                       | UNKNOWN renewed   | may or may not
            #t~                      | UNKNOWN renewed   | may or may not
            ,1.5~                    | UNKNOWN renewed   | may or may not
            (123~                    | UNKNOWN renewed   | may or may not
            *0~                      | UNKNOWN renewed   | an array of 0 is no reply to PUBLISH
            *-1~                     | UNKNOWN renewed   | may or may not
            *2~:0~:0~                | UNKNOWN renewed   | an array of 2
            %1~:0~:0~                | UNKNOWN renewed   | an array of 2
            *1~-ERR nested~          | UNKNOWN renewed   | an array of 1
            $100~trunc !close        | UNKNOWN renewed   | may or may not
            $100~trunc !silent       | UNKNOWN renewed   | no answer within publishTimeout
            :1 !close                | UNKNOWN renewed   | may or may not
            :1 !silent               | UNKNOWN renewed   | no answer within publishTimeout
            !close                   | UNKNOWN renewed   | may or may not
            !silent                  | UNKNOWN renewed   | no answer within publishTimeout
                                     | UNKNOWN renewed   | no answer within publishTimeout
            [message other] !silent  | UNKNOWN renewed   | no answer within publishTimeout
            $2147483647~             | UNKNOWN renewed   | may or may not
            $2147483645~             | UNKNOWN renewed   | no answer within publishTimeout
            *1000000000~             | UNKNOWN renewed   | an array of 1000000000
            $-2~                     | UNKNOWN renewed   | may or may not
            $-7~                     | UNKNOWN renewed   | may or may not
            -OOM command~            | REJECTED kept     | OOM command; raise the server's maxmemory
            -READONLY replica~       | REJECTED renewed  | READONLY replica; this server is a replica: give the master's address
            -MISCONF disk~           | REJECTED kept     | MISCONF disk; the server cannot save to disk
            -NOREPLICAS few~         | REJECTED kept     | NOREPLICAS few; the server has too few replicas
            -LOADING data~           | REJECTED kept     | LOADING data; the server is still loading
            -BUSY script~            | REJECTED kept     | BUSY script; a script blocks the server
            -CLUSTERDOWN hash~       | REJECTED kept     | CLUSTERDOWN hash; the cluster is being changed
            -TRYAGAIN keys~          | REJECTED kept     | TRYAGAIN keys; the cluster is being changed
            -NOAUTH who~             | REJECTED kept     | NOAUTH who; give the credentials in the locator
            -NOPERM no~              | REJECTED kept     | NOPERM no; allow it on the server with: ACL SETUSER default +publish &b4j:*
            -NEWCODE what~           | REJECTED kept     | refused PUBLISH b4j:t: NEWCODE what
            -~                       | REJECTED kept     | refused PUBLISH b4j:t""";

    @TestFactory
    List<DynamicTest> whatAPublishIsAnsweredDecidesItsOutcome() {
        return tests(PUBLISH, row -> {
            ScriptedCase it = new ScriptedCase();
            it.publish("before").join();
            it.script("PUBLISH", request -> reply(row.reply()));
            CompletableFuture<String> outcome = it.publish("hostile")
                    .handle((receipt, failure) -> failure == null
                            ? "OK"
                            : ((PublishException) failure).outcome() + " " + failure.getMessage())
                    .orTimeout(P1.toMillis(), TimeUnit.MILLISECONDS);
            return () -> checkPublish(it, row, Transports.get(outcome));
        });
    }

    private static void checkPublish(ScriptedCase it, Row row, String outcome) {
        try (it) {
            String[] fate = row.fate().split(" ");
            assertThat(outcome).startsWith(fate[0]).contains(row.words());
            it.server.behave();
            it.publishUntilItWorks("after");
            assertThat(it.server.requests())
                    .filteredOn(request -> request.command().equals("PUBLISH")
                            && request.words().get(2).contains("hostile"))
                    .hasSize(1);
            assertThat(it.connections("PUBLISH")).hasSize(fate[1].equals("kept") ? 1 : 2);
        }
    }

    /** It would be taken for the reply to the next PUBLISH, and so on for ever. */
    @Test
    void aReplyToNothingCostsThePublishConnection() {
        try (ScriptedCase it = new ScriptedCase()) {
            it.publish("before").join();
            it.server.send(it.connections("PUBLISH").get(0), reply(":0~").bytes());
            Recorder.eventually().until(() -> it.interruptions.size() == 1);
            assertThat(it.interruptions.get(0)).contains("a reply to nothing");
            it.publishUntilItWorks("after");
            assertThat(it.connections("PUBLISH")).hasSize(2);
        }
    }

    @Test
    void aPushCostsThePublishConnectionNothing() {
        try (ScriptedCase it = new ScriptedCase()) {
            it.publish("before").join();
            it.server.send(
                    it.connections("PUBLISH").get(0),
                    reply("[message other x][invalidate x]").bytes());
            it.publish("after").join();
            assertThat(it.connections("PUBLISH")).hasSize(1);
            assertThat(it.interruptions).isEmpty();
        }
    }
}
