package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.broker4j.Position;
import io.broker4j.spi.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedReadsTest {
    private final Log log = mock(Log.class);
    private final List<CompletableFuture<Log.Batch>> sent = new ArrayList<>();
    private final SharedReads reads = new SharedReads(log);

    @BeforeEach
    void recordReads() {
        when(log.read(anyString(), any(), anyInt(), anyLong())).thenAnswer(call -> {
            sent.add(new CompletableFuture<>());
            return sent.get(sent.size() - 1);
        });
    }

    private CompletableFuture<Log.Batch> read(int from, long hint) {
        return reads.read("t", Position.of(0, from), hint, 10, 1_000);
    }

    @Test
    void readersAtOnePlaceShareTheReadForAHint() {
        CompletableFuture<Log.Batch> first = read(1, 2);
        assertThat(read(1, 2)).isSameAs(first);
        assertThat(read(1, 1)).as("for who has received fewer hints").isSameAs(first);
        assertThat(sent).hasSize(1);
    }

    @Test
    void whoHasReceivedALaterHintReadsAgain() {
        read(1, 2);
        read(1, 3);
        assertThat(sent).hasSize(2);
        assertThat(read(1, 3)).isSameAs(sent.get(1));
    }

    @Test
    void readersAtOtherPlacesReadAlone() {
        read(1, 3);
        read(2, 3);
        assertThat(sent).hasSize(2);
    }

    @Test
    void anAnsweredReadIsNotShared() {
        read(1, 2);
        sent.get(0).complete(new Log.Batch(List.of(), false));
        read(1, 2);
        assertThat(sent).hasSize(2);
    }

    /** Its hints may have been lost. */
    @Test
    void whoReadsAloneJoinsNoReadAndMayBeJoined() {
        read(1, 2);
        CompletableFuture<Log.Batch> alone = reads.readAlone("t", Position.of(0, 1), 2, 10, 1_000);
        assertThat(sent).hasSize(2);
        assertThat(read(1, 2)).isSameAs(alone);
    }
}
