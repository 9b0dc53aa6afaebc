package io.broker4j.redis.chaos;

import io.broker4j.Gap;
import io.broker4j.Message;
import io.broker4j.Subscriber;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Takes 5 ms for each message, and once 10 s. */
final class SlowReader implements Subscriber<byte[]> {
    static final Duration PAUSE = Duration.ofSeconds(10);
    static final Duration HANDLING = Duration.ofMillis(5);

    private final Account account;
    private final long pauseAt;

    /** @param pauseAt how many messages it has received when it pauses */
    SlowReader(Account account, long pauseAt) {
        this.account = account;
        this.pauseAt = pauseAt;
    }

    /** A message that it reads. */
    static byte[] numbered(long number, int length) {
        return ByteBuffer.allocate(length).putLong(number).array();
    }

    @Override
    public void onMessage(Message<byte[]> message) {
        account.message(ByteBuffer.wrap(message.payload()).getLong());
        Waiting.pass(account.received() == pauseAt ? PAUSE : HANDLING);
    }

    @Override
    public void onGap(Gap gap) {
        account.gap(gap);
    }
}
