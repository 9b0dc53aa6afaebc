package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.Gap;
import io.broker4j.Health.Status;
import io.broker4j.Message;
import io.broker4j.PublishException;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.testkit.ScriptedServer;
import io.broker4j.testkit.ScriptedServer.Reply;
import io.broker4j.testkit.ScriptedServer.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * What becomes of a call when the server answers it with what it should not: tables of reply and fate.
 *
 * <p>In a table {@code ~} is CR LF, {@code [a b 1]} is a push of the strings a and b and the number 1, {@code !close} and
 * {@code !silent} end the reply. All rows of a table run at once, each over a server of its own, since some take as long as a
 * time-out.
 */
class ScriptedRepliesTest {
    private static final Topic<String> TOPIC = Topic.text("t");
    private static final String CHANNEL = "b4j:t";
    private static final String PARAMETERS = "?probe=off&publishTimeout=500ms";
    /** Of rule P1, with some slack. */
    private static final Duration P1 = Duration.ofSeconds(5);

    private static final Pattern PUSH = Pattern.compile("\\[([^]]*)]");

    /** What the server does to whom, and what the broker makes of it. */
    private static final class Case implements AutoCloseable {
        final ScriptedServer server = ScriptedServer.start();
        final Broker broker = Broker.open(server.uri() + PARAMETERS);
        final List<String> heard = new CopyOnWriteArrayList<>();
        final List<String> interruptions = new CopyOnWriteArrayList<>();

        Case() {
            broker.onEvent(event -> {
                if (event instanceof BrokerEvent.Disconnected down) {
                    interruptions.add(down.reason());
                }
            });
        }

        /** Lets the script answer what is about our topic. */
        void script(String command, Function<Request, Reply> script) {
            server.on(
                    command,
                    request -> request.words().get(1).equals(CHANNEL) ? script.apply(request) : server.usual(request));
        }

        CompletableFuture<?> publish(String text) {
            return broker.publisher(TOPIC).publish(text);
        }

        void publishUntilItWorks(String text) {
            Recorder.eventually()
                    .until(() -> publish(text)
                            .handle((receipt, failure) -> failure == null)
                            .join());
        }

        CompletableFuture<?> subscribe() {
            return broker.subscribe(TOPIC, new Subscriber<>() {
                @Override
                public void onMessage(Message<String> message) {
                    heard.add(message.payload());
                }

                @Override
                public void onGap(Gap gap) {
                    heard.add("gap");
                }
            });
        }

        void publishUntilHeard(String text) {
            Recorder.eventually().until(() -> {
                publishUntilItWorks(text);
                return heard.contains(text);
            });
        }

        /** The connections that a command about our topic came by. */
        List<Integer> connections(String command) {
            return server.requests().stream()
                    .filter(request -> request.command().equals(command)
                            && request.words().get(1).equals(CHANNEL))
                    .map(Request::connection)
                    .distinct()
                    .toList();
        }

        @Override
        public void close() {
            broker.close();
            server.close();
        }
    }

    /** A line of a table. */
    private record Row(String reply, String fate, String words) {
        static Row of(String line) {
            String[] cells = line.split("\\|", -1);
            String fate = cells.length == 3 ? cells[1].strip() : "";
            return new Row(cells[0].strip(), fate, cells[cells.length - 1].strip());
        }
    }

    private static Reply reply(String cell) {
        String bytes = PUSH.matcher(cell.replaceFirst(" *!.*", ""))
                .replaceAll(push -> push(push.group(1)).replace("$", "\\$"))
                .replace("~", "\r\n");
        Reply reply = Reply.of(bytes);
        return cell.endsWith("!close") ? reply.thenClose() : cell.endsWith("!silent") ? reply.thenSilence() : reply;
    }

    private static String push(String words) {
        List<String> parts = words.isEmpty() ? List.of() : List.of(words.split(" "));
        return parts.stream()
                .map(part -> part.matches("[0-9]+") ? ":" + part + "~" : "$" + part.length() + "~" + part + "~")
                .collect(Collectors.joining("", ">" + parts.size() + "~", ""));
    }

    /** Begins a row, and returns what is to be looked at when all have begun. */
    private interface Started {
        Executable start(Row row);
    }

    private static List<DynamicTest> tests(String table, Started started) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Row row : table.lines().map(Row::of).toList()) {
            tests.add(dynamicTest(row.toString(), started.start(row)));
        }
        return tests;
    }

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
            Case it = new Case();
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

    private static void checkPublish(Case it, Row row, String outcome) {
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
        try (Case it = new Case()) {
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
        try (Case it = new Case()) {
            it.publish("before").join();
            it.server.send(
                    it.connections("PUBLISH").get(0),
                    reply("[message other x][invalidate x]").bytes());
            it.publish("after").join();
            assertThat(it.connections("PUBLISH")).hasSize(1);
            assertThat(it.interruptions).isEmpty();
        }
    }

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
            Case it = new Case();
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

    private static void checkRefused(Case it, Row row, CompletableFuture<?> live) {
        assertThat(Transports.failure(live)).isInstanceOf(BrokerException.class).hasMessageContaining(row.words());
        it.server.behave();
        Transports.get(it.subscribe());
        it.publishUntilHeard("after");
        assertThat(it.heard).containsOnly("after");
    }

    private static void checkLive(Case it, Row row, CompletableFuture<?> live) {
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
            Case it = new Case();
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

    private static void checkUnasked(Case it, Row row) {
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
