package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Commands that the server executes together: MULTI, the commands, and EXEC, whose reply has the replies to all of
 * them.
 */
final class Transaction<T> extends Query<T> {
    private final Query<?> multi;
    private final List<Query<?>> steps;

    Transaction(
            String key,
            List<Query<?>> steps,
            CommandOutput<byte[], byte[], T> output,
            Function<String, BrokerException> refusal) {
        super(CommandType.EXEC, key, List.of(), output, refusal);
        this.multi = step(CommandType.MULTI, key, List.of(), refusal);
        this.steps = steps;
    }

    /**
     * One command of a transaction. The reply says only that the command was queued, or why it was not. If the server
     * has no MULTI, it runs the command at once and may reply anything.
     */
    static Query<?> step(CommandType type, String key, List<byte[]> words, Function<String, BrokerException> refusal) {
        return new Query<>(type, key, words, new TreeOutput<>(reply -> reply), refusal);
    }

    @Override
    void addTo(List<RedisCommand<byte[], byte[], ?>> commands) {
        multi.handTo(link());
        commands.add(multi);
        for (Query<?> step : steps) {
            step.handTo(link());
            commands.add(step);
        }
        commands.add(this);
    }

    /** The refusal of MULTI or of a step says more than the refusal of EXEC that follows from it. */
    @Override
    @Nullable
    String takeError() {
        String own = super.takeError();
        String begun = multi.takeError();
        if (own != null && begun != null) {
            return begun;
        }
        for (Query<?> step : steps) {
            String error = step.takeError();
            if (own != null && error != null) {
                return error;
            }
        }
        return own;
    }
}
