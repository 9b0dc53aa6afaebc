package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.Position;
import io.broker4j.Retention;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Groups;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Consumer groups of Redis Streams. A decision that needs more than one command is a {@link Script}. */
final class RedisGroups implements Groups {
    /**
     * After this time a member that owns nothing is removed from the group. Names of members are
     * not used again; a living member becomes known again when it asks.
     */
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    /**
     * With hundreds of groups, more costly requests at once would keep the server silent for longer
     * than the time limit.
     */
    private static final int MOST_COSTLY = 4;

    private final ChannelNames names;
    private final Reading reading;
    private final EntrySizes sizes;
    private final Scripts scripts;
    private final GroupStates states;
    private final FewAtATime costly = new FewAtATime(MOST_COSTLY);

    RedisGroups(ChannelNames names, Reading reading, EntrySizes sizes) {
        this.names = names;
        this.reading = reading;
        this.sizes = sizes;
        this.scripts = new Scripts(reading);
        this.states = new GroupStates(names, reading);
    }

    @Override
    public CompletableFuture<Boolean> create(String topic, String group, Position after, OptionalLong passed) {
        reading.cursors().forget(topic, group);
        return call(Script.CREATE, words(topic, group, after, passed.orElse(UNKNOWN)), RedisGroups::isOne);
    }

    /**
     * The first claim over a connection asks the server for the group's cursor, at a cost that
     * grows with the number of groups.
     */
    @Override
    public CompletableFuture<Batch> claim(Member member, int maxEntries, long maxBytes) {
        GroupCursors known = reading.cursors();
        Optional<GroupCursors.Cursor> passed = known.passed(member.topic(), member.group());
        return passed.isPresent()
                ? claim(known, member, passed, maxEntries, maxBytes)
                : costly.send(() -> claim(reading.cursors(), member, passed, maxEntries, maxBytes));
    }

    /**
     * Counting and reading must be one step, but entries need not pass through a script, so both form a transaction.
     * The script is sent as text: a script hash that the server does not know would fail within the transaction.
     */
    private CompletableFuture<Batch> claim(
            GroupCursors known, Member member, Optional<GroupCursors.Cursor> passed, int maxEntries, long maxBytes) {
        int count = sizes.count(member.topic(), 1, maxEntries, portions().most(member.topic(), maxBytes));
        ClaimOutput output = new ClaimOutput(count);
        String key = names.start() + member.topic();
        Function<String, BrokerException> refusal = error -> reading.refused("XREADGROUP", key, error);
        List<byte[]> trimmed = new ArrayList<>(List.of(Script.COUNT_TRIMMED.text(), bytes("1")));
        trimmed.addAll(words(
                member.topic(),
                member.group(),
                word(passed),
                passed.map(cursor -> cursor.sure() ? "" : " ?").orElse("")));
        List<byte[]> next = List.of(
                bytes("GROUP"),
                bytes(member.group()),
                bytes(member.name()),
                bytes("COUNT"),
                bytes(count),
                bytes("STREAMS"),
                bytes(key),
                bytes(">"));
        List<Query<?>> steps = List.of(
                Transaction.step(CommandType.EVAL, key, trimmed, refusal),
                Transaction.step(CommandType.XREADGROUP, key, next, refusal));
        CompletableFuture<Batch> claimed = reading.send(new Transaction<>(key, steps, output, refusal));
        claimed.whenComplete((batch, failure) -> {
            sizes.seen(member.topic(), output);
            if (failure == null) {
                learn(known, member, batch, output.cursor());
            }
        });
        return portions().watch(member.topic(), claimed);
    }

    /**
     * Forgets the cursor of a group that has caught up if the server's count may be wrong: the next
     * claim asks again, and the server can then correct the count.
     */
    private static void learn(GroupCursors known, Member member, Batch batch, Optional<GroupCursors.Cursor> cursor) {
        cursor.filter(told -> told.sure() || batch.more())
                .ifPresentOrElse(
                        told -> known.seen(member.topic(), member.group(), told),
                        () -> known.forget(member.topic(), member.group()));
    }

    @Override
    public CompletableFuture<Batch> pending(Member member, Position after, int maxEntries) {
        long bytes = portions().most(member.topic(), Portions.WHOLE);
        return portions()
                .watch(
                        member.topic(),
                        call(Script.PENDING, words(member, after, maxEntries, bytes), RedisGroups::batch));
    }

    /** The server does not distinguish a missing group from an entry that is not pending. */
    @Override
    public CompletableFuture<Void> ack(Member member, List<Position> positions) {
        String key = names.start() + member.topic();
        List<byte[]> words = words(member.topic(), member.group());
        positions.forEach(position -> words.add(bytes(position)));
        return reading.send(new Query<>(
                        CommandType.XACK,
                        key,
                        words,
                        new TreeOutput<>(TreeOutput::number),
                        error -> reading.refused("XACK", key, error)))
                .thenCompose(acknowledged -> acknowledged > 0
                        ? CompletableFuture.completedFuture(null)
                        : info(member.topic(), member.group()).thenAccept(exists -> {}));
    }

    @Override
    public CompletableFuture<Boolean> retry(Member member, Position position, int attempt) {
        return call(Script.RETRY, words(member, position, attempt), RedisGroups::isOne);
    }

    @Override
    public CompletableFuture<List<Position>> renew(Member member, List<Position> positions) {
        return call(Script.RENEW, words(member, positions.toArray()), RedisGroups::positions);
    }

    @Override
    public CompletableFuture<List<Position>> regain(Member member, List<Position> positions) {
        return call(Script.REGAIN, words(member, positions.toArray()), RedisGroups::positions);
    }

    private static List<Position> positions(Object ids) {
        return TreeOutput.list(ids).stream()
                .map(id -> EntryIds.parse((byte[]) id))
                .toList();
    }

    @Override
    public CompletableFuture<Batch> takeOver(Member member, Duration idle, int maxEntries) {
        List<byte[]> words = words(
                member,
                idle.toMillis(),
                maxEntries,
                portions().most(member.topic(), Portions.WHOLE),
                FORGOTTEN.toMillis());
        return portions().watch(member.topic(), call(Script.TAKE_OVER, words, RedisGroups::batch));
    }

    @Override
    public CompletableFuture<Void> release(Member member, Map<Position, Integer> attempts) {
        List<byte[]> words = words(member);
        attempts.forEach((position, attempt) -> {
            words.add(bytes(position));
            words.add(bytes(attempt - 1));
        });
        return call(Script.RELEASE, words, Function.identity())
                .thenAccept(done -> reading.hint(member.topic(), Position.ORIGIN));
    }

    @Override
    public CompletableFuture<OptionalLong> bury(
            Member member, Position position, String deadTopic, Frame dead, Retention retention) {
        long idle = retention.idleExpiry().map(Duration::toMillis).orElse(0L);
        List<byte[]> words = words(member, position, retention.count(), idle);
        words.addAll(EntryFields.of(dead));
        words.add(1, bytes(names.start() + deadTopic));
        return call(Script.BURY, 2, words, Function.identity()).thenApply(reply -> buried(deadTopic, reply));
    }

    private OptionalLong buried(String deadTopic, Object reply) {
        List<?> grave = TreeOutput.list(reply);
        if (grave.isEmpty()) {
            return OptionalLong.empty();
        }
        reading.hint(deadTopic, EntryIds.parse((byte[]) grave.get(0)));
        return OptionalLong.of(TreeOutput.number(grave.get(1)));
    }

    @Override
    public CompletableFuture<Info> info(String topic, String group) {
        String passed = word(reading.cursors().passed(topic, group));
        return call(Script.CAUGHT_UP, words(topic, group, passed), TreeOutput::list)
                .thenCompose(reply -> reply.get(0) instanceof Long pending
                        ? CompletableFuture.completedFuture(new Info(0, pending))
                        : states.stateOf(topic, group)
                                .thenApply(state -> info(state, TreeOutput.number(reply.get(1)))));
    }

    /** The position of a cursor, or an empty word. */
    private static String word(Optional<GroupCursors.Cursor> passed) {
        return passed.map(cursor -> cursor.position().toString()).orElse("");
    }

    /** Only Redis 8 limits the lag to what the log holds. */
    private static Info info(GroupStates.State state, long held) {
        return new Info(Math.min(state.lag().orElse(held), held), state.pending());
    }

    private <T> CompletableFuture<T> call(Script script, List<byte[]> words, Function<Object, T> meaning) {
        return call(script, 1, words, meaning);
    }

    private <T> CompletableFuture<T> call(Script script, int keys, List<byte[]> words, Function<Object, T> meaning) {
        return scripts.call(script, keys, words, meaning);
    }

    private Portions portions() {
        return reading.portions();
    }

    private List<byte[]> words(Member member, Object... more) {
        List<byte[]> words = words(member.topic(), member.group(), member.name());
        for (Object word : more) {
            words.add(bytes(word));
        }
        return words;
    }

    /** The key, followed by further arguments. */
    private List<byte[]> words(String topic, Object... more) {
        List<byte[]> words = new ArrayList<>();
        words.add(bytes(names.start() + topic));
        for (Object word : more) {
            words.add(bytes(word));
        }
        return words;
    }

    private static byte[] bytes(Object word) {
        return ChannelNames.bytes(word.toString());
    }

    private static boolean isOne(Object reply) {
        return reply.equals(1L);
    }

    private static Batch batch(Object reply) {
        List<?> parts = TreeOutput.list(reply);
        EntryFields fields = new EntryFields();
        List<Taken> taken = TreeOutput.list(parts.get(1)).stream()
                .map(entry -> taken(TreeOutput.list(entry), fields))
                .toList();
        return new Batch(taken, isOne(parts.get(0)), 0);
    }

    /** An entry that the log has dropped has no fields. */
    private static Taken taken(List<?> entry, EntryFields fields) {
        Position position = EntryIds.parse((byte[]) entry.get(0));
        List<?> words = TreeOutput.list(entry.get(2));
        words.forEach(word -> fields.add(ByteBuffer.wrap((byte[]) word)));
        return new Taken(
                position,
                (int) TreeOutput.number(entry.get(1)),
                words.isEmpty() ? Optional.empty() : Optional.of(fields.take(position)));
    }
}
