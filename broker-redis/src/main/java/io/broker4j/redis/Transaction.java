package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Some commands that the server executes together: MULTI, these, and EXEC, whose reply has those to all of them. */
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
     * One of the commands. What it is answered is only that it was queued, or why not; or anything, if the server has no MULTI and
     * runs it at once.
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

    /** Why MULTI was refused or a step was not queued says more than that EXEC was refused because of it. */
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
