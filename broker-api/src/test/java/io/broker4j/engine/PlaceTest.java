package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Gap;
import io.broker4j.Gap.Reason;
import io.broker4j.Position;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the absence of an entry means; positions are (birth of the log, number). */
class PlaceTest {
    private static final Gap RESET = Gap.of("t", Reason.RESET);

    private static Position at(long birth, long number) {
        return Position.of(birth, number);
    }

    /** A log that holds the numbers from {@code oldest} to {@code newest} of all up to that. */
    private static Log.Info log(long birth, long oldest, long newest) {
        return new Log.Info(
                newest,
                newest - oldest + 1,
                oldest > newest ? Optional.empty() : Optional.of(at(birth, oldest)),
                newest == 0 ? Position.ORIGIN : at(birth, newest));
    }

    private static Log.Entry entry(Position position, String id, String payload) {
        return new Log.Entry(position, Frame.logged(id, 0, Map.of(), payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Log.Entry> entries(long birth, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(number -> new Log.Entry(at(birth, number), Frame.bare(new byte[0])))
                .toList();
    }

    private static Place.Judgement judge(Place place, Log.Info info) {
        return place.judge("t", List.of(), info);
    }

    @Test
    void whatWasTrimmedUnreadIsCounted() {
        Place.Judgement judgement = judge(new Place(at(1, 10), Place.State.READ, 10), log(1, 16, 30));

        assertThat(judgement.gap()).isEqualTo(Gap.of("t", Reason.TRIMMED, 5));
        assertThat(judgement.next()).isEqualTo(new Place(at(1, 16), Place.State.NEXT, 15));
    }

    @Test
    void whatWasToBeReadNextCountsToo() {
        assertThat(judge(new Place(at(1, 10), Place.State.NEXT, 9), log(1, 16, 30))
                        .gap())
                .isEqualTo(Gap.of("t", Reason.TRIMMED, 6));
    }

    @Test
    void whatWasReadMayBeTrimmed() {
        Place.Judgement judgement = judge(new Place(at(1, 10), Place.State.READ, 10), log(1, 11, 12));

        assertThat(judgement.gap()).isNull();
        assertThat(judgement.next()).isEqualTo(new Place(at(1, 11), Place.State.NEXT, 10));
    }

    @Test
    void aLogThatWasReadAndEmptiedIsGoneOnFrom() {
        Place emptied = judge(new Place(at(1, 10), Place.State.READ, 10), log(1, 11, 10))
                .next();

        assertThat(emptied).isEqualTo(new Place(at(1, 10), Place.State.EMPTY, 10));
        assertThat(judge(emptied, log(1, 11, 10))).isEqualTo(new Place.Judgement(null, emptied));
        assertThat(judge(emptied, log(1, 11, 12)).gap()).isNull();
        assertThat(judge(emptied, log(1, 12, 12)).gap()).isEqualTo(Gap.of("t", Reason.TRIMMED, 1));
    }

    @Test
    void aLogThatWasReplacedIsReset() {
        Place read = new Place(at(1, 10), Place.State.READ, 10);

        assertThat(judge(read, log(2, 1, 0)))
                .isEqualTo(new Place.Judgement(RESET, new Place(Position.ORIGIN, Place.State.EMPTY, 0)));
        assertThat(judge(read, log(2, 1, 5)))
                .isEqualTo(new Place.Judgement(RESET, new Place(at(2, 1), Place.State.NEXT, 0)));
        assertThat(judge(read, log(2, 1, 50)).gap()).isEqualTo(RESET);
    }

    @Test
    void aLogThatWasRolledBackGoesOnWithWhatWasNotRead() {
        Place read = new Place(at(1, 100), Place.State.READ, 100);
        Log.Info restored = new Log.Info(75, 75, Optional.of(at(1, 1)), at(1, 205));
        List<Log.Entry> following = entries(1, 201, 205);

        Place.Judgement judgement = read.judge("t", following, restored);

        assertThat(judgement)
                .isEqualTo(new Place.Judgement(RESET, new Place(at(1, 201), Place.State.NEXT, Place.UNKNOWN)));
    }

    @Test
    void aLogThatLostItsNewestEntriesIsNotReadAgain() {
        Place.Judgement judgement = judge(new Place(at(1, 100), Place.State.READ, 100), log(1, 1, 75));

        assertThat(judgement).isEqualTo(new Place.Judgement(RESET, new Place(at(1, 75), Place.State.READ, 75)));
        assertThat(judge(new Place(at(1, 100), Place.State.NEXT, 99), log(1, 1, 75)))
                .isEqualTo(judgement);
        assertThat(judge(Place.at(entry(at(1, 100), "a", "a")), log(1, 1, 75))).isEqualTo(judgement);
    }

    @Test
    void anotherEntryAtTheSamePositionIsAReset() {
        Position here = at(1, 1);
        Place read = Place.at(entry(here, "a", "same"));
        List<Log.Entry> others = List.of(entry(here, "b", "same"));

        assertThat(read.isIn(List.of(entry(here, "a", "same")))).isTrue();
        assertThat(read.isIn(others)).isFalse();
        assertThat(read.judge("t", others, log(1, 1, 1)))
                .isEqualTo(new Place.Judgement(RESET, new Place(here, Place.State.NEXT, 0)));
    }

    @Test
    void entriesWithoutAnIdAreToldApartByTheirPayloads() {
        Place read = Place.at(entry(at(1, 1), "", "a"));

        assertThat(read.isIn(List.of(entry(at(1, 1), "", "a")))).isTrue();
        assertThat(read.isIn(List.of(entry(at(1, 1), "", "b")))).isFalse();
    }

    @Test
    void anEntryWhereALogWasEmptyIsAReset() {
        Place emptied = new Place(at(1, 10), Place.State.EMPTY, 10);
        List<Log.Entry> others = List.of(entry(at(1, 10), "b", "b"));

        assertThat(emptied.isIn(others)).isFalse();
        assertThat(emptied.judge("t", others, log(1, 1, 10)).gap()).isEqualTo(RESET);
    }

    @Test
    void whatWasOnlySeenThereFirstIsKnownFromThenOn() {
        Place started = Place.after(at(1, 1));
        Log.Entry first = entry(at(1, 1), "a", "a");

        assertThat(started.isIn(List.of(first))).isTrue();
        assertThat(started.seen(first).isIn(List.of(entry(at(1, 1), "b", "a")))).isFalse();
    }

    @Test
    void aForeignPositionIsAReset() {
        assertThat(judge(Place.after(at(9, 9)), log(1, 1, 3)))
                .isEqualTo(new Place.Judgement(RESET, new Place(at(1, 1), Place.State.NEXT, 0)));
    }

    @Test
    void whereItCannotBeToldThereIsAGapWithoutACount() {
        assertThat(judge(Place.after(at(1, 3)), log(1, 5, 9)).gap()).isEqualTo(Gap.of("t", Reason.TRIMMED));
    }

    @Test
    void nothingPrecedesTheOrigin() {
        Place origin = Place.after(Position.ORIGIN);

        assertThat(judge(origin, log(1, 1, 0))).isEqualTo(new Place.Judgement(null, origin));
        assertThat(judge(origin, log(1, 1, 9)))
                .isEqualTo(new Place.Judgement(null, new Place(at(1, 1), Place.State.NEXT, 0)));
        assertThat(judge(origin, log(1, 4, 9)).gap()).isEqualTo(Gap.of("t", Reason.TRIMMED, 3));
    }

    @Test
    void aGroupBeginsBeforeWhatIsToBeReadNext() {
        assertThat(new Place(at(1, 4), Place.State.NEXT, 3).preceding()).isEqualTo(at(1, 3));
        assertThat(new Place(at(4, 0), Place.State.NEXT, 3).preceding()).isEqualTo(at(3, -1));
        assertThat(new Place(at(1, 4), Place.State.READ, 4).preceding()).isEqualTo(at(1, 4));
    }
}
