package io.broker4j.redis;

import static io.broker4j.redis.ReplyTable.reply;
import static io.broker4j.redis.ReplyTable.tests;
import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.BrokerException;
import io.broker4j.redis.ReplyTable.Row;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What becomes of a subscription when the server answers with what it should not, or sends what nobody asked for: see
 * {@link ReplyTable}.
 */
class ScriptedSubscriptionTest {
    /**
     * First reply to SUBSCRIBE, while all later connections are answered as usual | whether it is taken for the confirmation, the
     * connection is renewed, or the subscription is refused | why, in the words of the event or the failure.
     */
    private static final String SUBSCRIBE = """
            [subscribe b4j:t 1]                      | confirmed |
            [subscribe b4j:t 1][subscribe other 1]   | confirmed |
            [subscribe other 1][subscribe b4j:t 1]   | confirmed |
            [message other x][subscribe b4j:t 1]     | confirmed |
            [invalidate x][subscribe b4j:t 1]        | confirmed |
            [subscribe other 1]                      | renewed   | no answer to a subscription within 2 s
            [subscribe]                              | renewed   | no answer to a subscription
            [whatever b4j:t 1]                       | renewed   | no answer to a subscription
            [unsubscribe b4j:t 0]                    | renewed   | no answer to a subscription
            [message other x]                        | renewed   | no answer to a subscription
            []                                       | renewed   | no answer to a subscription
            :0~                                      | renewed   | no answer to a subscription
            _~                                       | renewed   | no answer to a subscription
            *0~                                      | renewed   | no answer to a subscription
            *-1~                                     | renewed   | no answer to a subscription
            +OK~                                     | renewed   | a command failed
            $3~abc~                                  | renewed   | a command failed
            hello~                                   | renewed   | not Redis's protocol
            \u0080\u00ff~                            | renewed   | not Redis's protocol
            $-7~                                     | renewed   | not Redis's protocol
            $2147483647~                             | renewed   | not Redis's protocol
            $2147483645~                             | renewed   | no answer to a subscription
            *1000000000~                             | renewed   | no answer to a subscription
            >3~$9~subscribe~$100~b4j !close          | renewed   | the server closed the connection
            >3~$9~subscribe~$100~b4j !silent         | renewed   | no answer to a subscription
            !close                                   | renewed   | the server closed the connection
            !silent                                  | renewed   | no answer to a subscription
                                                     | renewed   | no answer to a subscription
            -OOM command~                            | refused   | OOM command; raise the server's maxmemory
            -READONLY replica~                       | refused   | READONLY replica; this server is a replica
            -MISCONF disk~                           | refused   | MISCONF disk; the server cannot save to disk
            -NOREPLICAS few~                         | refused   | NOREPLICAS few; the server has too few replicas
            -LOADING data~                           | refused   | LOADING data; the server is still loading
            -BUSY script~                            | refused   | BUSY script; a script blocks the server
            -CLUSTERDOWN hash~                       | refused   | CLUSTERDOWN hash; the cluster is being changed
            -TRYAGAIN keys~                          | refused   | TRYAGAIN keys; the cluster is being changed
            -NOAUTH who~                             | refused   | NOAUTH who; give the credentials in the locator
            -NOPERM no~                              | refused   | ACL SETUSER default +subscribe &b4j:*
            -NEWCODE what~                           | refused   | refused SUBSCRIBE b4j:t: NEWCODE what
            -~                                       | refused   | refused SUBSCRIBE b4j:t""";

    @TestFactory
    List<DynamicTest> aSubscriptionIsLiveOnceTheServerSaysSoOrIsRefused() {
        return tests(SUBSCRIBE, row -> {
            ScriptedCase it = new ScriptedCase();
            AtomicInteger first = new AtomicInteger();
            it.script("SUBSCRIBE", request -> {
                first.compareAndSet(0, request.connection());
                return first.get() == request.connection() ? reply(row.reply()) : it.server.usual(request);
            });
            CompletableFuture<?> live = it.subscribe();
            return () -> {
                try (it) {
                    if (row.fate().equals("refused")) {
                        checkRefused(it, row, live);
                    } else {
                        checkLive(it, row, live);
                    }
                }
            };
        });
    }

    private static void checkRefused(ScriptedCase it, Row row, CompletableFuture<?> live) {
        assertThat(Transports.failure(live)).isInstanceOf(BrokerException.class).hasMessageContaining(row.words());
        it.server.behave();
        Transports.get(it.subscribe());
        it.publishUntilHeard("after");
        assertThat(it.heard).containsOnly("after");
    }

    private static void checkLive(ScriptedCase it, Row row, CompletableFuture<?> live) {
        Transports.get(live);
        if (row.fate().equals("confirmed")) {
            assertThat(it.connections("SUBSCRIBE")).hasSize(1);
        } else {
            assertThat(it.connections("SUBSCRIBE")).hasSize(2);
            Recorder.eventually()
                    .untilAsserted(() -> assertThat(it.interruptions)
                            .singleElement()
                            .asString()
                            .contains(row.words()));
            it.publishUntilHeard("after");
        }
        assertThat(it.heard).doesNotContain("gap");
    }

    /**
     * What is sent, unasked, to a connection whose subscription is live | whether it is ignored, is a gap, or costs the connection
     * | why, in the words of the event.
     */
    private static final String UNASKED = """
            [message other x]              | ignored |
            [pmessage b4* b4j:t x]         | ignored |
            [subscribe other 1]            | ignored |
            [unsubscribe other 1]          | ignored |
            [invalidate x]                 | ignored |
            [whatever b4j:t 1]             | ignored |
            [message]                      | ignored |
            []                             | ignored |
            -ERR unasked~                  | ignored |
            [subscribe b4j:t 1]            | gap     |
            [unsubscribe b4j:t 0]          | gap     |
            [message b4j:t]                | renewed | receiving failed
            [message b4j:t 5]              | renewed | receiving failed
            hello~                         | renewed | not Redis's protocol
            many bytes that are no reply~  | renewed | not Redis's protocol
            \u0080\u00ff~                  | renewed | not Redis's protocol
            $-7~                           | renewed | not Redis's protocol
            $2147483647~                   | renewed | not Redis's protocol""";

    @TestFactory
    List<DynamicTest> whatNobodyAskedForIsIgnoredOrLeavesAGap() {
        return tests(UNASKED, row -> {
            ScriptedCase it = new ScriptedCase();
            Transports.get(it.subscribe());
            it.server.send(
                    it.connections("SUBSCRIBE").get(0), reply(row.reply()).bytes());
            return () -> {
                try (it) {
                    checkUnasked(it, row);
                }
            };
        });
    }

    private static void checkUnasked(ScriptedCase it, Row row) {
        if (row.fate().equals("ignored")) {
            it.publish("after").join();
            Recorder.eventually().until(() -> !it.heard.isEmpty());
            assertThat(it.heard).containsExactly("after");
            assertThat(it.interruptions).isEmpty();
            return;
        }
        Recorder.eventually().until(() -> it.heard.contains("gap"));
        it.publishUntilHeard("after");
        assertThat(it.heard).containsOnlyOnce("gap").startsWith("gap");
        boolean renewed = row.fate().equals("renewed");
        assertThat(it.connections("SUBSCRIBE")).hasSize(renewed ? 2 : 1);
        Recorder.eventually().until(() -> it.interruptions.size() == (renewed ? 1 : 0));
        assertThat(it.interruptions).allSatisfy(reason -> assertThat(reason).contains(row.words()));
    }
}
