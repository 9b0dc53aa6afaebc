package io.broker4j.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.BrokerException;
import io.broker4j.spi.Groups;
import io.lettuce.core.protocol.CommandType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Asks the server for the state of groups. The server reports the state of all groups of a log at
 * once, at a cost that grows with their number. So all callers that ask while a request is in
 * flight share the next request. Safe for use from any thread.
 */
final class GroupStates {
    /**
     * What the server counts for one group.
     *
     * @param lag empty if the server does not know it
     */
    record State(OptionalLong lag, long pending) {}

    private final ChannelNames names;
    private final Reading reading;

    /** The request in flight for each log. */
    @GuardedBy("this")
    private final Map<String, CompletableFuture<Map<String, State>>> running = new HashMap<>();

    /** The request that follows the one in flight. */
    @GuardedBy("this")
    private final Map<String, CompletableFuture<Map<String, State>>> next = new HashMap<>();

    GroupStates(ChannelNames names, Reading reading) {
        this.names = names;
        this.reading = reading;
    }

    /** The state of a group at a moment after this call. */
    CompletableFuture<State> stateOf(String topic, String group) {
        return ofAll(topic).thenApply(all -> {
            State state = all.get(group);
            if (state == null) {
                throw new Groups.MissingGroupException("the server does not know group " + group + " of " + topic);
            }
            return state;
        });
    }

    private CompletableFuture<Map<String, State>> ofAll(String topic) {
        CompletableFuture<Map<String, State>> asked;
        synchronized (this) {
            if (running.containsKey(topic)) {
                return next.computeIfAbsent(topic, unasked -> new CompletableFuture<>());
            }
            asked = new CompletableFuture<>();
            running.put(topic, asked);
        }
        ask(topic, asked);
        return asked;
    }

    private void ask(String topic, CompletableFuture<Map<String, State>> asked) {
        String key = names.start() + topic;
        Function<String, BrokerException> refusal = error -> reading.refused("XINFO GROUPS", key, error);
        List<byte[]> words = List.of(ChannelNames.bytes("GROUPS"), ChannelNames.bytes(key));
        Attempts.begin(() -> reading.send(
                        new Query<>(CommandType.XINFO, key, words, new TreeOutput<>(GroupStates::states), refusal)))
                .whenComplete((states, failure) -> {
                    askNext(topic);
                    Attempts.settle(asked, states, failure);
                });
    }

    private void askNext(String topic) {
        CompletableFuture<Map<String, State>> following;
        synchronized (this) {
            following = next.remove(topic);
            if (following == null) {
                running.remove(topic);
                return;
            }
            running.put(topic, following);
        }
        ask(topic, following);
    }

    private static Map<String, State> states(Object reply) {
        Map<String, State> states = new HashMap<>();
        for (Object group : TreeOutput.list(reply)) {
            Object lag = TreeOutput.under("lag", group);
            states.put(
                    ChannelNames.text((byte[]) TreeOutput.under("name", group)),
                    new State(
                            lag instanceof Long known ? OptionalLong.of(known) : OptionalLong.empty(),
                            TreeOutput.number(TreeOutput.under("pending", group))));
        }
        return states;
    }
}
