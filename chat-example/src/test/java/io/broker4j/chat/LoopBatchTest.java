package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopBatchTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final LoopBatch batch = new LoopBatch(channel.eventLoop());
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void anErrorInOneTaskStopsNeitherTheBatchNorTheLoop() {
        batch.execute(() -> {
            throw new StackOverflowError("of this test");
        });
        batch.execute(() -> done.add("in the same batch"));
        turn();
        batch.execute(() -> done.add("in the next"));
        turn();
        assertThat(done).containsExactly("in the same batch", "in the next");
    }

    @Test
    void aSocketThatCannotBeFlushedStopsNeitherTheOthersNorTheLoop() {
        EmbeddedChannel unflushable = new EmbeddedChannel() {
            @Override
            public Channel flush() {
                throw new IllegalStateException("of this test");
            }
        };
        ClientSocket broken = socket(unflushable);
        ClientSocket other = socket(channel);
        for (int i = 0; i < 2; i++) {
            batch.execute(() -> {
                broken.ping();
                other.ping();
            });
            turn();
            assertThat(channel.outboundMessages()).as("pings").hasSize(i + 1);
        }
        unflushable.close();
    }

    private ClientSocket socket(EmbeddedChannel to) {
        return new ClientSocket(to, batch, Timings.DEFAULTS);
    }

    private void turn() {
        channel.runPendingTasks();
    }
}
