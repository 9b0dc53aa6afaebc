package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Every test of this module runs with Netty's leak detector at its most thorough, and a class in which a buffer was lost
 * fails. Registered for all by {@code junit-platform.properties}.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + "\n" + records));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        LEAKS.clear();
    }

    /** The detector reports what the collector has found when the next buffer is allocated. */
    @Override
    public void afterAll(ExtensionContext context) {
        System.gc();
        for (int i = 0; i < 10; i++) {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer();
            buffer.release();
        }
        assertThat(LEAKS).as("buffers collected without having been released").isEmpty();
    }
}
