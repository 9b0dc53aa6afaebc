package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.lettuce.core.protocol.CommandType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Calls {@link Script}s over the link for logs. Safe for use from any thread. */
final class Scripts {
    private final Reading reading;

    Scripts(Reading reading) {
        this.reading = reading;
    }

    /** Calls a script by its hash, or by its text if the server does not know the hash. */
    <T> CompletableFuture<T> call(Script script, int keys, List<byte[]> words, Function<Object, T> meaning) {
        return reading.send(query(CommandType.EVALSHA, script, script.hash(), keys, words, meaning))
                .exceptionallyCompose(failure -> failure instanceof UnknownScriptException
                        ? reading.send(query(CommandType.EVAL, script, script.text(), keys, words, meaning))
                        : CompletableFuture.failedFuture(failure));
    }

    private <T> Query<T> query(
            CommandType type, Script script, byte[] name, int keys, List<byte[]> words, Function<Object, T> meaning) {
        List<byte[]> all = new ArrayList<>(List.of(name, ChannelNames.bytes(Integer.toString(keys))));
        all.addAll(words);
        String key = ChannelNames.text(words.get(keys - 1)); // with two keys, NOPERM concerns the second
        return new Query<>(
                type,
                key,
                all,
                new TreeOutput<>(meaning),
                error -> ErrorReplies.code(error).equals("NOSCRIPT")
                        ? new UnknownScriptException(error)
                        : reading.refused(type + " of " + script, key, error));
    }

    private static final class UnknownScriptException extends BrokerException {
        private static final long serialVersionUID = 1;

        UnknownScriptException(String reply) {
            super(reply);
        }
    }
}
