package io.broker4j.inmemory;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** One broker's access to the groups of a {@link SharedMedium}. */
final class InMemoryGroups implements Groups {
    private final SharedMedium medium;
    private final InMemoryLink link;

    InMemoryGroups(SharedMedium medium, InMemoryLink link) {
        this.medium = medium;
        this.link = link;
    }

    @Override
    public CompletableFuture<Boolean> create(String topic, String group, Position after, OptionalLong passed) {
        return link.answer(() -> medium.logs().existingOrNew(topic).createGroup(group, after));
    }

    @Override
    public CompletableFuture<Batch> claim(Member member, int maxEntries, long maxBytes) {
        return inLog(member, stored -> stored.claim(member, maxEntries, maxBytes));
    }

    @Override
    public CompletableFuture<Batch> pending(Member member, Position after, int maxEntries) {
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
    public CompletableFuture<Batch> takeOver(Member member, Duration idle, int maxEntries) {
        return inLog(member, stored -> stored.takeOver(member, idle, maxEntries));
    }

    @Override
    public CompletableFuture<Void> release(Member member, Map<Position, Integer> attempts) {
        return soon(member, stored -> {
                    StoredGroup group = stored.release(member, attempts);
                    medium.hint(member.topic(), Position.ORIGIN);
                    return group;
                })
                .thenAccept(group -> {});
    }

    @Override
    public CompletableFuture<OptionalLong> bury(
            Member member, Position position, String deadTopic, Frame dead, Retention retention) {
        return soon(member, stored -> medium.bury(stored, member, position, deadTopic, dead, retention));
    }

    /**
     * Runs the action on another thread: a hint needs its topic's turn, and the caller may hold the turn of another
     * topic.
     */
    private <T> CompletableFuture<T> soon(Member member, Function<StoredLog, T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        medium.network()
                .soon(() -> inLog(member, action).whenComplete((result, failure) -> {
                    if (failure == null) {
                        done.complete(result);
                    } else {
                        done.completeExceptionally(failure);
                    }
                }));
        return done;
    }

    @Override
    public CompletableFuture<Info> info(String topic, String group) {
        return inLog(new Member(topic, group, ""), stored -> stored.groupInfo(group));
    }

    private <T> CompletableFuture<T> inLog(Member member, Function<StoredLog, T> action) {
        return link.answer(() -> action.apply(
                medium.logs().existing(member.topic()).orElseThrow(() -> StoredLog.missing(member.group()))));
    }
}
