package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopMembersTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopBatch batch = new LoopBatch(channel.eventLoop());
    private final FullMemory memory = new FullMemory();
    private final Audience audience = new Audience(memory, List.of(batch));
    private final LoopMembers members = audience.on(batch);
    private final Broker broker = Broker.open("memory:");
    private final Reads reads = new Reads();
    private final Room room =
            new Room("a", new RoomLog("a", broker, Timings.DEFAULTS), reads, 50, new LongAdder(), audience, batch);

    private long number;

    @BeforeEach
    void enter() {
        channel.config().setWriteBufferWaterMark(ClientSocket.A_LITTLE);
        member().enter();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        reads.close();
        broker.close();
    }

    @Test
    void whatCameTogetherLeavesInOneBuffer() {
        offer("one");
        offer("two");
        assertThat(written()).containsExactly("onetwo");
        offer("three");
        assertThat(written()).containsExactly("three");
    }

    @Test
    void joinedBuffersAreBounded() {
        String kibibytes40 = "x".repeat(40 << 10);
        offer(kibibytes40);
        offer(kibibytes40);
        offer("y");
        assertThat(written()).containsExactly(kibibytes40, kibibytes40 + "y");
    }

    /** Where it stands is known to {@link CatchUp}, which asks the room's tail or log. */
    @Test
    void whomABusyLoopCannotServeStandsAsideUntilItHasReadWhatWasDropped() {
        String mebibyte = "x".repeat(1 << 20);
        for (int i = 0; i < 5; i++) {
            offer(mebibyte);
        }
        offer("small, but behind what is missing");
        assertThat(written()).containsExactly(mebibyte, mebibyte, mebibyte, mebibyte);
        offer("not before the rest");
        assertThat(written()).isEmpty();
        RoomMember other = member();
        other.enter();
        offer("for whoever is up to date");
        assertThat(written()).containsExactly("for whoever is up to date");
    }

    /** Not a message may be missing without a word, whatever goes wrong between two of them. */
    @Test
    void whatAnErrorKeptFromBeingSentEachMemberReadsAgain() {
        memory.full = true;
        offer("one");
        offer("two");
        assertThat(written()).isEmpty();
        memory.full = false;
        offer("not before the rest");
        assertThat(written()).isEmpty();
        member().enter();
        offer("for whoever is up to date");
        assertThat(written()).containsExactly("for whoever is up to date");
    }

    @Test
    void whoKnowsSomethingAlreadyIsToldOnlyTheRest() {
        offer("one");
        offer("two");
        RoomMember second = member();
        second.enter();
        second.knows(1, Position.of(1, 0));
        offer("three");
        assertThat(written()).containsExactly("one", "twothree", "twothree");
        offer("four");
        assertThat(written()).containsExactly("four", "four");
    }

    @Test
    void whoLeavesDoesNotTakeAnothersPlace() {
        RoomMember second = member();
        RoomMember third = member();
        second.enter();
        third.enter();
        second.leave();
        offer("for two");
        assertThat(written()).containsExactly("for two", "for two");
        third.leave();
        offer("for one");
        assertThat(written()).containsExactly("for one");
    }

    @Test
    void nothingIsKeptForNobody() {
        EmbeddedChannel other = new EmbeddedChannel();
        LoopMembers empty = new LoopMembers(new LoopBatch(other.eventLoop()), ByteBufAllocator.DEFAULT);
        ByteBuf frame = frame("x");
        empty.offer(1, Position.of(1, 0), frame);
        assertThat(frame.refCnt()).isEqualTo(1);
        frame.release();
        other.finishAndReleaseAll();
    }

    private RoomMember member() {
        return new RoomMember(room, new ClientSocket(channel, batch, Timings.DEFAULTS), () -> {});
    }

    private void offer(String text) {
        ByteBuf frame = frame(text);
        number++;
        members.offer(number, Position.of(number, 0), frame);
        frame.release();
    }

    private static ByteBuf frame(String text) {
        return ByteBufAllocator.DEFAULT.directBuffer().writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> written() {
        channel.runPendingTasks();
        List<String> written = new ArrayList<>();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            written.add(next.toString(StandardCharsets.UTF_8));
            next.release();
        }
        return written;
    }
}
