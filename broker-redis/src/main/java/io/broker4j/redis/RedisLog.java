package io.broker4j.redis;

import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.broker4j.spi.Log;
import io.lettuce.core.protocol.CommandType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The logs of durable topics as Redis Streams, one for each topic. Appends go over the link that publishes, with their hints;
 * everything else over the link for logs. Nothing blocks the server or is waited for there. There is a log before there are
 * links, which are asked for when they are needed.
 */
final class RedisLog implements Log {
    private static final Info MISSING = new Info(0, 0, Optional.empty(), Position.ORIGIN);

    private final ChannelNames names;
    private final Supplier<Publishing> publishing;
    private final Supplier<Reading> reading;
    private final EntrySizes sizes = new EntrySizes();
    private final GroupCursors cursors = new GroupCursors();
    private final Groups groups;

    RedisLog(String prefix, Supplier<Publishing> publishing, Supplier<Reading> reading) {
        this.names = new ChannelNames(prefix);
        this.publishing = publishing;
        this.reading = reading;
        this.groups = new RedisGroups(names, publishing, reading, sizes, cursors);
    }

    /** What was learned over an earlier connection may be true no more. */
    void reconnected() {
        cursors.forgetAll();
    }

    @Override
    public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        return publishing.get().append(topic, frame, retention);
    }

    @Override
    public CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
        return read(CommandType.XRANGE, topic, from.toString(), "+", new Bounds(2, maxEntries, maxBytes));
    }

    @Override
    public CompletableFuture<Batch> readBack(String topic, Optional<Position> before, int maxEntries, long maxBytes) {
        if (before.isPresent() && before.get().equals(Position.ORIGIN)) {
            return CompletableFuture.completedFuture(new Batch(List.of(), false));
        }
        String end = before.map(position -> "(" + position).orElse("+");
        return read(CommandType.XREVRANGE, topic, end, "-", new Bounds(1, maxEntries, maxBytes));
    }

    /** How much to read. */
    private record Bounds(int least, int most, long bytes) {}

    private CompletableFuture<Batch> read(CommandType type, String topic, String from, String to, Bounds bounds) {
        int count = sizes.count(topic, bounds.least, bounds.most, bounds.bytes);
        ReadOutput output = new ReadOutput(count, bounds.least, bounds.bytes);
        String key = names.start() + topic;
        List<byte[]> words = List.of(
                ChannelNames.bytes(key),
                ChannelNames.bytes(from),
                ChannelNames.bytes(to),
                ChannelNames.bytes("COUNT"),
                ChannelNames.bytes(Integer.toString(count)));
        CompletableFuture<Batch> read = reading.get()
                .send(new Query<>(
                        type, key, words, output, error -> reading.get().refused(type.name(), key, error)));
        read.whenComplete((batch, failure) -> sizes.seen(topic, output));
        return read;
    }

    @Override
    public CompletableFuture<Info> info(String topic) {
        String key = names.start() + topic;
        return reading.get()
                .send(new Query<>(
                        CommandType.XINFO,
                        key,
                        List.of(ChannelNames.bytes("STREAM"), ChannelNames.bytes(key)),
                        new TreeOutput<>(RedisLog::info),
                        error -> reading.get().refused("XINFO STREAM", key, error)))
                .exceptionallyCompose(failure -> failure instanceof Groups.MissingGroupException
                        ? CompletableFuture.completedFuture(MISSING)
                        : CompletableFuture.failedFuture(failure));
    }

    private static Info info(Object reply) {
        List<?> first = TreeOutput.list(TreeOutput.under("first-entry", reply));
        return new Info(
                TreeOutput.number(TreeOutput.under("entries-added", reply)),
                TreeOutput.number(TreeOutput.under("length", reply)),
                first.isEmpty() ? Optional.empty() : Optional.of(EntryIds.parse((byte[]) first.get(0))),
                EntryIds.parse((byte[]) TreeOutput.under("last-generated-id", reply)));
    }

    @Override
    public Optional<Groups> groups() {
        return Optional.of(groups);
    }
}
