package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.BrokerEvent;
import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.Subscriber;
import io.broker4j.Topic;
import io.broker4j.testkit.ScriptedServer;
import io.broker4j.testkit.ScriptedServer.Reply;
import io.broker4j.testkit.ScriptedServer.Request;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A broker over a server that follows a script, and what it hears of the one topic {@code t}. */
final class ScriptedCase implements AutoCloseable {
    private static final Topic<String> TOPIC = Topic.text("t");
    private static final String CHANNEL = "b4j:t";
    private static final String PARAMETERS = "?probe=off&publishTimeout=500ms";

    final ScriptedServer server = ScriptedServer.start();
    final Broker broker = Broker.open(server.uri() + PARAMETERS);
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<String> interruptions = new CopyOnWriteArrayList<>();

    ScriptedCase() {
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
