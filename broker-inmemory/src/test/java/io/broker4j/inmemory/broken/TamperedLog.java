package io.broker4j.inmemory.broken;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A correct log, with its groups, and places to break it. */
class TamperedLog implements Log, Groups {
    final Log correct;
    final Groups correctGroups;

    TamperedLog(Log correct) {
        this.correct = correct;
        this.correctGroups = correct.groups().orElseThrow();
    }

    @Override
    public Optional<Groups> groups() {
        return Optional.of(this);
    }

    @Override
    public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        return correct.append(topic, frame, retention);
    }

    @Override
    public CompletableFuture<Log.Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
        return correct.read(topic, from, maxEntries, maxBytes);
    }

    @Override
    public CompletableFuture<Log.Batch> readBack(
            String topic, Optional<Position> before, int maxEntries, long maxBytes) {
        return correct.readBack(topic, before, maxEntries, maxBytes);
    }

    @Override
    public CompletableFuture<Log.Info> info(String topic) {
        return correct.info(topic);
    }

    @Override
    public CompletableFuture<Boolean> create(String topic, String group, Position after, OptionalLong passed) {
        return correctGroups.create(topic, group, after, passed);
    }

    @Override
    public CompletableFuture<Groups.Batch> claim(Member member, int maxEntries, long maxBytes) {
        return correctGroups.claim(member, maxEntries, maxBytes);
    }

    @Override
    public CompletableFuture<Groups.Batch> pending(Member member, Position after, int maxEntries) {
        return correctGroups.pending(member, after, maxEntries);
    }

    @Override
    public CompletableFuture<Void> ack(Member member, List<Position> positions) {
        return correctGroups.ack(member, positions);
    }

    @Override
    public CompletableFuture<Boolean> retry(Member member, Position position, int attempt) {
        return correctGroups.retry(member, position, attempt);
    }

    @Override
    public CompletableFuture<List<Position>> renew(Member member, List<Position> positions) {
        return correctGroups.renew(member, positions);
    }

    @Override
    public CompletableFuture<List<Position>> regain(Member member, List<Position> positions) {
        return correctGroups.regain(member, positions);
    }

    @Override
    public CompletableFuture<Groups.Batch> takeOver(Member member, Duration idle, int maxEntries) {
        return correctGroups.takeOver(member, idle, maxEntries);
    }

    @Override
    public CompletableFuture<Void> release(Member member, Map<Position, Integer> attempts) {
        return correctGroups.release(member, attempts);
    }

    @Override
    public CompletableFuture<OptionalLong> bury(
            Member member, Position position, String deadTopic, Frame dead, Retention retention) {
        return correctGroups.bury(member, position, deadTopic, dead, retention);
    }

    @Override
    public CompletableFuture<Groups.Info> info(String topic, String group) {
        return correctGroups.info(topic, group);
    }
}
