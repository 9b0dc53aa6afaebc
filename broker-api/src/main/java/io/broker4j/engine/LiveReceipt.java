package io.broker4j.engine;

import io.broker4j.Position;
import io.broker4j.Receipt;
import io.broker4j.spi.Frame;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The receipt of a live message; its id is built only when it is asked for. */
record LiveReceipt(String topic, long publisherId, long sequence) implements Receipt {

    /**
     * The receipt after the medium has answered; it has a position if the answer came from a log.
     */
    Receipt answered(@Nullable Object answer) {
        return answer instanceof Position position ? new LoggedReceipt(this, position) : this;
    }

    @Override
    public String messageId() {
        return Frame.Numbered.id(publisherId, sequence);
    }

    @Override
    public Optional<Position> position() {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return messageId() + " on " + topic;
    }
}
