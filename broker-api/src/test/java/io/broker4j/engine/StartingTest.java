package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.broker4j.Position;
import io.broker4j.Start;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Log;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Finds the place of a start in a log that is too long for a call inside another for each page. */
class StartingTest {
    private static final int ENTRIES = 100_000;

    private final Log log = mock(Log.class);

    /** Answers at once, with one entry a page. */
    private Starting starting() {
        when(log.info(anyString())).thenReturn(CompletableFuture.completedFuture(info()));
        when(log.firstSince(anyString(), anyLong())).thenCallRealMethod();
        when(log.readBack(anyString(), any(), anyInt(), anyLong())).thenAnswer(call -> {
            Optional<Position> before = call.getArgument(1);
            long last = before.map(Position::low).orElse(ENTRIES + 1L) - 1;
            return CompletableFuture.completedFuture(new Log.Batch(
                    LongStream.rangeClosed(Math.max(1, last), last)
                            .mapToObj(StartingTest::entry)
                            .toList(),
                    last > 1));
        });
        return new Starting(log, "t");
    }

    private static Log.Info info() {
        return new Log.Info(ENTRIES, ENTRIES, Optional.of(Position.of(0, 1)), Position.of(0, ENTRIES));
    }

    private static Log.Entry entry(long number) {
        return new Log.Entry(Position.of(0, number), Frame.bare(new byte[0]));
    }

    @Test
    void atTime() {
        Place place = starting().place(Start.at(Instant.EPOCH)).join();
        assertThat(place).isEqualTo(Place.beginning(info()));
    }

    @Test
    void theNewestMessages() {
        Place place = starting().place(Start.last(ENTRIES - 1)).join();
        assertThat(place).isEqualTo(Place.at(entry(1)));
    }

    /** Its clock is ahead of this machine's. */
    @Test
    void aTimeThatIsInTheFutureHereOnly() {
        long hour = 3_600_000;
        long now = System.currentTimeMillis();
        Log.Entry late = new Log.Entry(Position.of(0, 1), new Frame.Bare(now + 2 * hour, new byte[0]));
        when(log.info(anyString()))
                .thenReturn(CompletableFuture.completedFuture(
                        new Log.Info(1, 1, Optional.of(late.position()), late.position())));
        when(log.firstSince("t", now + hour))
                .thenReturn(CompletableFuture.completedFuture(Optional.of(late.position())));
        when(log.readBack(anyString(), any(), anyInt(), anyLong()))
                .thenReturn(CompletableFuture.completedFuture(new Log.Batch(List.of(), false)));
        Place place = new Starting(log, "t")
                .place(Start.at(Instant.ofEpochMilli(now + hour)))
                .join();
        assertThat(place.at()).isEqualTo(late.position());
        assertThat(place.state()).isEqualTo(Place.State.NEXT);
    }
}
