package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TailTest {
    private static final int PLENTY = 1 << 20;

    private final Tail tail = new Tail(Position.of(10, 0));

    private static Position at(long place) {
        return Position.of(place, 0);
    }

    private void addAll(long from, long to) {
        LongStream.range(from, to).forEach(place -> add(place, 100));
    }

    private void add(long place, int bytes) {
        String filling = "x".repeat(bytes - Line.of(at(place), message("")).json.length);
        tail.add(at(place), Line.of(at(place), message(filling)));
    }

    private static byte[] message(String filling) {
        return ("{\"t\":\"msg\"" + filling).getBytes(StandardCharsets.US_ASCII);
    }

    private Optional<Lines> after(long place, int maxBytes) {
        Lines lines = new Lines(at(place), maxBytes);
        return tail.continues(lines) ? Optional.of(lines) : Optional.empty();
    }

    private static List<Long> places(Lines lines) {
        return lines.list().stream().map(line -> line.position.high()).toList();
    }

    @Test
    void whatFollowsAPlaceInItIsAllThatFollows() {
        addAll(11, 14);
        assertThat(after(10, PLENTY)).hasValueSatisfying(all -> {
            assertThat(places(all)).containsExactly(11L, 12L, 13L);
            assertThat(all.isComplete()).isTrue();
            assertThat(all.end()).isEqualTo(at(13));
        });
        assertThat(after(12, PLENTY))
                .hasValueSatisfying(rest -> assertThat(places(rest)).containsExactly(13L));
        assertThat(after(13, PLENTY)).hasValueSatisfying(none -> {
            assertThat(places(none)).isEmpty();
            assertThat(none.isComplete()).isTrue();
        });
    }

    @Test
    void whatIsNoPlaceInItIsNotGuessedAt() {
        addAll(11, 12);
        addAll(13, 14);
        assertThat(after(9, PLENTY)).isEmpty();
        assertThat(after(12, PLENTY)).isEmpty();
        assertThat(after(14, PLENTY)).isEmpty();
    }

    @Test
    void whatIsNotShownKeepsItsPlace() {
        addAll(11, 12);
        tail.add(at(12), null);
        addAll(13, 14);
        tail.add(at(14), null);
        assertThat(after(10, PLENTY)).hasValueSatisfying(all -> {
            assertThat(places(all)).containsExactly(11L, 13L);
            assertThat(all.end()).isEqualTo(at(14));
        });
        assertThat(after(12, PLENTY))
                .hasValueSatisfying(rest -> assertThat(places(rest)).containsExactly(13L));
        assertThat(after(14, PLENTY)).isPresent();
        assertThat(tail.end()).isEqualTo(at(14));
    }

    @Test
    void aBoundedPartGoesOnWhereItEnds() {
        addAll(11, 20);
        assertThat(after(10, 350)).hasValueSatisfying(some -> {
            assertThat(places(some)).containsExactly(11L, 12L, 13L);
            assertThat(some.isComplete()).isFalse();
            assertThat(some.end()).isEqualTo(at(13));
        });
        assertThat(after(13, 1))
                .hasValueSatisfying(one -> assertThat(places(one)).containsExactly(14L));
    }

    @Test
    void theNewestAreThoseThatFit() {
        addAll(11, 15);
        tail.add(at(15), null);
        assertThat(places(tail.newest(2, PLENTY))).containsExactly(13L, 14L);
        assertThat(places(tail.newest(9, PLENTY))).containsExactly(11L, 12L, 13L, 14L);
        assertThat(places(tail.newest(9, 350))).containsExactly(12L, 13L, 14L);
        assertThat(places(tail.newest(0, PLENTY))).isEmpty();
        assertThat(tail.newest(2, PLENTY).end()).isEqualTo(at(15));
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        addAll(11, 11 + Tail.ENTRIES);
        assertThat(tail.floor()).isEqualTo(at(10));
        addAll(11 + Tail.ENTRIES, 12 + Tail.ENTRIES);
        assertThat(tail.floor()).isEqualTo(at(11));
        assertThat(after(10, PLENTY)).isEmpty();
        assertThat(after(11, PLENTY))
                .hasValueSatisfying(rest -> assertThat(rest.list()).hasSize(Tail.ENTRIES));
    }

    @Test
    void theOldestGoWhenTheyAreTooLarge() {
        add(11, Tail.BYTES / 2);
        add(12, Tail.BYTES / 2);
        assertThat(tail.floor()).isEqualTo(at(10));
        add(13, 100);
        assertThat(tail.floor()).isEqualTo(at(11));
    }
}
