package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopMembersTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopBatch batch = new LoopBatch(channel.eventLoop());
    private final LoopMembers members = new LoopMembers("a", batch, ByteBufAllocator.DEFAULT);

    @BeforeEach
    void enter() {
        channel.config().setWriteBufferWaterMark(ClientSocket.A_LITTLE);
        members.add(member());
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
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

    @Test
    void whatABusyLoopCannotTakeIsAnnouncedAsMissing() {
        String mebibyte = "x".repeat(1 << 20);
        for (int i = 0; i < 5; i++) {
            offer(mebibyte);
        }
        offer("small, but behind what is missing");
        List<String> written = written();
        assertThat(written).hasSize(5).startsWith(mebibyte, mebibyte, mebibyte, mebibyte);
        assertThat(written.get(4)).contains("{\"t\":\"joined\",\"r\":\"a\",\"msgs\":[],\"recovered\":false}");
        offer("live again");
        assertThat(written()).containsExactly("live again");
    }

    @Test
    void whoLeavesDoesNotTakeAnothersPlace() {
        Membership second = member();
        Membership third = member();
        members.add(second);
        members.add(third);
        members.remove(second);
        offer("for two");
        assertThat(written()).containsExactly("for two", "for two");
        members.remove(third);
        offer("for one");
        assertThat(written()).containsExactly("for one");
    }

    @Test
    void nothingIsKeptForNobody() {
        EmbeddedChannel other = new EmbeddedChannel();
        LoopMembers empty = new LoopMembers("a", new LoopBatch(other.eventLoop()), ByteBufAllocator.DEFAULT);
        ByteBuf frame = frame("x");
        empty.offer(frame);
        assertThat(frame.refCnt()).isEqualTo(1);
        frame.release();
        other.finishAndReleaseAll();
    }

    private Membership member() {
        return new Membership(null, new ClientSocket(channel, batch, Timings.DEFAULTS));
    }

    private void offer(String text) {
        ByteBuf frame = frame(text);
        members.offer(frame);
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
