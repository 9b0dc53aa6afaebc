package io.broker4j.engine;

import io.broker4j.Position;
import io.broker4j.Receipt;
import java.util.Optional;

/** The receipt of a durable message. */
record LoggedReceipt(LiveReceipt sent, Position at) implements Receipt {

    @Override
    public String topic() {
        return sent.topic();
    }

    @Override
    public String messageId() {
        return sent.messageId();
    }

    @Override
    public Optional<Position> position() {
        return Optional.of(at);
    }

    @Override
    public String toString() {
        return sent + " at " + at;
    }
}
