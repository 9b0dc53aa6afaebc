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
import java.util.stream.Stream;

/**
 * The logs of durable topics as Redis Streams, one for each topic. Appends and their hints use the publish link;
 * everything else uses the link for logs. No request blocks the server or waits there.
 */
final class RedisLog implements Log {
    private static final Info MISSING = new Info(0, 0, Optional.empty(), Position.ORIGIN);

    private final ChannelNames names;
    private final Shard shard;
    private final Reading reading;
    private final EntrySizes sizes = new EntrySizes();
    private final Groups groups;

    RedisLog(ChannelNames names, Shard shard) {
        this.names = names;
        this.shard = shard;
        this.reading = shard.reading();
        this.groups = new RedisGroups(names, reading, sizes);
    }

    @Override
    public CompletableFuture<Position> append(String topic, Frame frame, Retention retention) {
        return shard.append(topic, frame, retention);
    }

    @Override
    public CompletableFuture<Batch> read(String topic, Position from, int maxEntries, long maxBytes) {
        return portions().isSingle(topic)
                ? readSingly(topic, from)
                : read(CommandType.XRANGE, topic, from.toString(), "+", new Bounds(2, maxEntries, maxBytes));
    }

    /**
     * Reads the next entry first: if the entry at the position is there afterwards, nothing was dropped between the
     * two.
     */
    private CompletableFuture<Batch> readSingly(String topic, Position from) {
        Bounds one = new Bounds(1, 1, 1);
        return read(CommandType.XRANGE, topic, "(" + from, "+", one)
                .thenCompose(next -> read(CommandType.XRANGE, topic, from.toString(), from.toString(), one)
                        .thenApply(at -> new Batch(
                                Stream.concat(at.entries().stream(), next.entries().stream())
                                        .toList(),
                                next.more())));
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
        int count = sizes.count(topic, bounds.least, bounds.most, portions().most(topic, bounds.bytes));
        ReadOutput output = new ReadOutput(count, bounds.least, bounds.bytes);
        String key = names.start() + topic;
        List<byte[]> words = List.of(
                ChannelNames.bytes(key),
                ChannelNames.bytes(from),
                ChannelNames.bytes(to),
                ChannelNames.bytes("COUNT"),
                ChannelNames.bytes(Integer.toString(count)));
        CompletableFuture<Batch> read =
                reading.send(new Query<>(type, key, words, output, error -> reading.refused(type.name(), key, error)));
        read.whenComplete((batch, failure) -> sizes.seen(topic, output));
        return portions().watch(topic, read);
    }

    /** The server's time is the first part of a position. */
    @Override
    public CompletableFuture<Optional<Position>> firstSince(String topic, long millis) {
        return read(CommandType.XRANGE, topic, Long.toString(millis), "+", new Bounds(1, 1, 1))
                .thenApply(batch -> batch.entries().stream().findFirst().map(Entry::position));
    }

    private Portions portions() {
        return reading.portions();
    }

    @Override
    public CompletableFuture<Info> info(String topic) {
        String key = names.start() + topic;
        CompletableFuture<Info> told = portions().isSingle(topic)
                ? new Scripts(reading).call(Script.LOG, 1, List.of(ChannelNames.bytes(key)), RedisLog::smallInfo)
                : largeInfo(key);
        return portions()
                .watch(topic, told)
                .exceptionallyCompose(failure -> isMissing(failure)
                        ? CompletableFuture.completedFuture(MISSING)
                        : CompletableFuture.failedFuture(failure));
    }

    private static boolean isMissing(Throwable failure) {
        return failure instanceof Groups.MissingGroupException
                || failure.getCause() instanceof Groups.MissingGroupException;
    }

    /**
     * Not for topics that are read singly: the reply may be large, because it holds two entries.
     */
    private CompletableFuture<Info> largeInfo(String key) {
        return reading.send(new Query<>(
                CommandType.XINFO,
                key,
                List.of(ChannelNames.bytes("STREAM"), ChannelNames.bytes(key)),
                new TreeOutput<>(RedisLog::info),
                error -> reading.refused("XINFO STREAM", key, error)));
    }

    private static Info smallInfo(Object reply) {
        List<?> parts = TreeOutput.list(reply);
        byte[] first = (byte[]) parts.get(2);
        return new Info(
                TreeOutput.number(parts.get(0)),
                TreeOutput.number(parts.get(1)),
                first.length == 0 ? Optional.empty() : Optional.of(EntryIds.parse(first)),
                EntryIds.parse((byte[]) parts.get(3)));
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
