package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class RoomReaderTest {
    private final FullMemory memory = new FullMemory();
    private final List<RoomReader> lost = new ArrayList<>();
    private final RoomReader reader = new RoomReader(
            "a",
            new RoomHistory.Recollection(new Tail(Position.ORIGIN), new Duplicates(1)),
            0,
            new LongAdder(),
            new Audience(memory, List.of()),
            lost::add);

    /** The members would go on without that message, and nobody would know. */
    @Test
    void aReaderThatCouldNotTellAMessageIsOverAndAnotherOneBegins() {
        reader.onMessage(LogRangeTest.said(1, "c1", 0));
        assertThat(lost).isEmpty();
        memory.full = true;
        assertThatThrownBy(() -> reader.onMessage(LogRangeTest.said(2, "c2", 0)))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(lost).containsExactly(reader);
        assertThat(reader.isOver()).isTrue();
    }
}
