package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.chat.LogRange.Judged;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogRangeTest {
    private static final long WINDOW = 600_000;
    private static final long LONG_AGO = -WINDOW - Duplicates.SKEW_MS - 1;
    private static final Identity EVE = new Identity("0123456789abcdef", "Eve");

    private final LogRange range = new LogRange("a", Optional.empty(), WINDOW, 3, 1_000);

    /** A message of the log. */
    record Logged(byte[] payload, long place, long ms) implements Message<byte[]> {
        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public String topic() {
            return "a";
        }

        @Override
        public String id() {
            return "id";
        }

        @Override
        public Instant publishedAt() {
            return Instant.ofEpochMilli(ms);
        }

        @Override
        public Optional<Position> position() {
            return Optional.of(Position.of(place, 0));
        }

        @Override
        public int attempt() {
            return 1;
        }
    }

    static Logged said(long place, String cid, long ms) {
        return new Logged(ServerFrames.msg("a", 1, EVE, cid, "x"), place, ms);
    }

    private void extend(boolean more, Logged... messages) {
        List<Message<byte[]>> all = List.of(messages);
        range.extend(more ? Broker.Page.of(all, Position.of(messages[0].place, 0)) : Broker.Page.oldest(all), 2);
    }

    private void extendTo(long before, Logged... messages) {
        List<Message<byte[]>> all = List.of(messages);
        range.extend(Broker.Page.of(all, Position.of(before, 0)), 2);
    }

    /** The places that were judged; those not shown are negative. */
    private List<Long> judged() {
        return range.judge(new Duplicates(WINDOW)).stream()
                .map(place -> place.position().high() * (place.shown() ? 1 : -1))
                .toList();
    }

    @Test
    void nothingIsJudgedBeforeWhatCameShortlyBeforeIsKnown() {
        extend(true, said(7, "c7", 0), said(8, "c8", 0));
        assertThat(judged()).isEmpty();
        extend(true, said(5, "c5", LONG_AGO), said(6, "c8", 0));
        assertThat(judged()).containsExactly(6L, 7L, -8L);
        assertThat(range.before()).contains(Position.of(5, 0));
    }

    @Test
    void atTheBeginningOfTheLogThereIsNothingMoreToKnow() {
        extend(false, said(7, "c7", 0), said(8, "c7", 0));
        assertThat(range.isFromBeginning()).isTrue();
        assertThat(judged()).containsExactly(7L, -8L);
    }

    @Test
    void inABusyRoomItIsEnoughToKnowAsMuchAsAnybodyRemembers() {
        int page = 100;
        for (int last = Duplicates.REACH; last > 0; last -= page) {
            extend(
                    true,
                    IntStream.rangeClosed(last - page + 1, last)
                            .mapToObj(i -> said(i, "c" + i, 0))
                            .toArray(Logged[]::new));
        }
        assertThat(judged()).isEmpty();
        extend(true, said(0, "c0", 0));
        assertThat(judged()).containsExactly((long) Duplicates.REACH);
    }

    @Test
    void whatIsNoMessageHasAPlaceAndIsNotShown() {
        extend(false, new Logged(new byte[] {1}, 7, 0), said(8, "c8", 0));
        assertThat(judged()).containsExactly(-7L, 8L);
    }

    @Test
    void linesAreKeptOfTheNewestOnly() {
        extend(false, said(6, "c6", 0), said(7, "c7", 0), said(8, "c8", 0), said(9, "c9", 0));
        assertThat(range.judge(new Duplicates(WINDOW)))
                .extracting(place -> place.line().isPresent())
                .containsExactly(false, true, true, true);
        Judged newest = range.judge(new Duplicates(WINDOW)).get(3);
        assertThat(newest.line())
                .hasValueSatisfying(line -> assertThat(line.toString()).contains("\"p\":\"9-0\""));
    }

    @Test
    void howMuchFollowsAPlaceIsKnown() {
        extend(false, said(7, "c7", 0), said(9, "c9", 0));
        assertThat(range.after(Position.of(6, 0))).isEqualTo(2);
        assertThat(range.after(Position.of(7, 0))).isEqualTo(1);
        assertThat(range.after(Position.of(8, 0))).isEqualTo(1);
        assertThat(range.after(Position.of(9, 0))).isEqualTo(0);
    }

    @Test
    void whereAPageBeginsWithWhatWasLeftOutThereIsAPlaceToo() {
        extendTo(90);
        assertThat(range.judge(new Duplicates(WINDOW))).isEmpty();
        extendTo(40, said(50, "c50", 0), said(60, "c60", 0));
        assertThat(range.before()).contains(Position.of(40, 0));
        extend(true, said(30, "c50", LONG_AGO));
        assertThat(judged()).containsExactly(-40L, 50L, 60L, -90L);
    }

    @Test
    void aLogWithoutAnEndIsGivenUp() {
        for (int i = LogRange.MOST_PAGES; i > 0; i--) {
            assertThat(range.isFromBeginning()).isFalse();
            extendTo(i);
        }
        assertThat(range.isFromBeginning()).isTrue();
        assertThat(range.isAll()).isFalse();
    }
}
