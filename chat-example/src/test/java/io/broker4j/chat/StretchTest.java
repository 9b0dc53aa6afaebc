package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Position;
import io.broker4j.chat.Stretch.Judged;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StretchTest {
    private static final long WINDOW = 600_000;
    private static final long LONG_AGO = -WINDOW - Duplicates.SKEW_MS - 1;
    private static final Identity EVE = new Identity("0123456789abcdef", "Eve");

    private final Stretch stretch = new Stretch("a", WINDOW, 3, 1_000);

    /** A message of the log. */
    private record Logged(byte[] payload, long place, long ms) implements Message<byte[]> {
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

    private static Logged said(long place, String cid, long ms) {
        return new Logged(ServerFrames.msg("a", 1, EVE, cid, "x"), place, ms);
    }

    private void extend(boolean more, Logged... messages) {
        Optional<Position> before = more ? Optional.of(Position.of(messages[0].place, 0)) : Optional.empty();
        stretch.extend(new Broker.Page<>(List.<Message<byte[]>>of(messages), before));
    }

    /** The places that were judged; those not shown are negative. */
    private List<Long> judged() {
        return stretch.judge(new Duplicates(WINDOW)).stream()
                .map(place -> place.position().high() * (place.shown() ? 1 : -1))
                .toList();
    }

    @Test
    void nothingIsJudgedBeforeWhatCameShortlyBeforeIsKnown() {
        extend(true, said(7, "c7", 0), said(8, "c8", 0));
        assertThat(judged()).isEmpty();
        extend(true, said(5, "c5", LONG_AGO), said(6, "c8", 0));
        assertThat(judged()).containsExactly(6L, 7L, -8L);
        assertThat(stretch.before()).contains(Position.of(5, 0));
    }

    @Test
    void atTheBeginningOfTheLogThereIsNothingMoreToKnow() {
        extend(false, said(7, "c7", 0), said(8, "c7", 0));
        assertThat(stretch.isFromBeginning()).isTrue();
        assertThat(judged()).containsExactly(7L, -8L);
    }

    @Test
    void inABusyRoomItIsEnoughToKnowAsMuchAsAnybodyRemembers() {
        for (int i = Duplicates.REACH; i > 0; i--) {
            extend(true, said(i, "c" + i, 0));
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
        assertThat(stretch.judge(new Duplicates(WINDOW)))
                .extracting(place -> place.line().isPresent())
                .containsExactly(false, true, true, true);
        Judged newest = stretch.judge(new Duplicates(WINDOW)).get(3);
        assertThat(newest.line())
                .hasValueSatisfying(line -> assertThat(line.toString()).contains("\"p\":\"9-0\""));
    }

    @Test
    void howMuchFollowsAPlaceIsKnownOnlyIfItIsThere() {
        extend(false, said(7, "c7", 0), said(9, "c9", 0));
        assertThat(stretch.after(Position.of(7, 0))).contains(1);
        assertThat(stretch.after(Position.of(9, 0))).contains(0);
        assertThat(stretch.after(Position.of(8, 0))).isEmpty();
    }
}
