package io.broker4j.inmemory;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import io.broker4j.spi.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** One broker's access to the logs of a {@link Loopback} and to their groups. */
class InMemoryLog implements Log, Groups {
    private static final Log.Batch NOTHING = new Log.Batch(List.of(), false);
    private static final Log.Info EMPTY = new Log.Info(0, 0, Optional.empty(), Position.ORIGIN);

    private final Loopback medium;
    private final Receiver receiver;

    InMemoryLog(Loopback medium, Receiver receiver) {
        this.medium = medium;
        this.receiver = receiver;
    }

    /** The result of a request to the medium. All requests but {@link #append} pass here. */
    <T> CompletableFuture<T> answer(Supplier<T> request) {
        try {
            return CompletableFuture.completedFuture(request.get());
        } catch (BrokerException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        return CompletableFuture.completedFuture(medium.append(topic, frame, retention));
    }

    @Override
    public CompletableFuture<Log.Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
        return answer(() ->
                stored(topic).map(log -> log.read(from, maxEntries, maxBytes)).orElse(NOTHING));
    }

    @Override
    public CompletableFuture<Log.Batch> readBack(
            String topic, Optional<Position> before, int maxEntries, long maxBytes) {
        return answer(() -> stored(topic)
                .map(log -> log.readBack(before, maxEntries, maxBytes))
                .orElse(NOTHING));
    }

    @Override
    public CompletableFuture<Log.Info> info(String topic) {
        return answer(() -> stored(topic).map(StoredLog::info).orElse(EMPTY));
    }

    private Optional<StoredLog> stored(String topic) {
        return medium.logs().existing(topic);
    }

    @Override
    public Optional<Groups> groups() {
        return Optional.of(this);
    }

    @Override
    public CompletableFuture<Boolean> create(String topic, String group, Position after, OptionalLong passed) {
        return answer(() -> medium.logs().existingOrNew(topic).createGroup(group, after));
    }

    @Override
    public CompletableFuture<Groups.Batch> claim(Member member, int maxEntries, long maxBytes) {
        return inLog(member, stored -> stored.claim(member, maxEntries, maxBytes));
    }

    @Override
    public CompletableFuture<Groups.Batch> pending(Member member, Position after, int maxEntries) {
        return inLog(member, stored -> stored.pending(member, after, maxEntries));
    }

    @Override
    public CompletableFuture<Void> ack(Member member, List<Position> positions) {
        return inLog(member, stored -> stored.ack(member, positions)).thenAccept(group -> {});
    }

    @Override
    public CompletableFuture<Boolean> retry(Member member, Position position, int attempt) {
        return inLog(member, stored -> stored.retry(member, position, attempt));
    }

    @Override
    public CompletableFuture<List<Position>> renew(Member member, List<Position> positions) {
        return inLog(member, stored -> stored.renew(member, positions));
    }

    @Override
    public CompletableFuture<List<Position>> regain(Member member, List<Position> positions) {
        return inLog(member, stored -> stored.regain(member, positions));
    }

    @Override
    public CompletableFuture<Groups.Batch> takeOver(Member member, Duration idle, int maxEntries) {
        return inLog(member, stored -> stored.takeOver(member, idle, maxEntries));
    }

    @Override
    public CompletableFuture<Void> release(Member member, Map<Position, Integer> attempts) {
        return soon(member, stored -> {
                    stored.release(member, attempts);
                    return medium.hint(member.topic(), Position.ORIGIN);
                })
                .thenAccept(hinted -> {});
    }

    @Override
    public CompletableFuture<OptionalLong> bury(
            Member member, Position position, String deadTopic, Frame dead, Retention retention) {
        return soon(member, stored -> medium.bury(stored, member, position, deadTopic, dead, retention));
    }

    @Override
    public CompletableFuture<Groups.Info> info(String topic, String group) {
        return inLog(new Member(topic, group, ""), stored -> stored.groupInfo(group));
    }

    /**
     * Runs the action on another thread: a hint needs its topic's turn, and the caller may hold the turn of another
     * topic.
     */
    private <T> CompletableFuture<T> soon(Member member, Function<StoredLog, T> action) {
        return CompletableFuture.supplyAsync(
                        () -> inLog(member, action), task -> medium.tasks().execute(() -> receiver.together(task)))
                .thenCompose(Function.identity());
    }

    private <T> CompletableFuture<T> inLog(Member member, Function<StoredLog, T> action) {
        return answer(() -> action.apply(stored(member.topic()).orElseThrow(() -> StoredLog.missing(member.group()))));
    }
}
