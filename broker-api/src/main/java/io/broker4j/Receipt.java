package io.broker4j;

import java.util.Optional;

/** Proof that the medium has a message (P2). It does not say that anybody received it. */
public interface Receipt {

    /** {@return the name of the topic it was published to} */
    String topic();

    /**
     * {@return the {@link Message#id} that subscribers see; where the medium carries bare payloads
     * only, they see another id}
     */
    String messageId();

    /** {@return its place in the log of its durable topic; empty on a live topic} */
    Optional<Position> position();

    /**
     * A receipt of a durable topic for tests that stub a {@link Publisher}.
     *
     * @param topic not checked
     * @param messageId not checked
     * @param position not checked
     * @return a receipt that equals any other of the same topic, id and position
     */
    static Receipt of(String topic, String messageId, Position position) {
        return new PlainReceipt(topic, messageId, Optional.of(position));
    }

    /**
     * A receipt for tests that stub a {@link Publisher}.
     *
     * @param topic not checked
     * @param messageId not checked
     * @return a receipt without a position; it equals any other of the same topic and id
     */
    static Receipt of(String topic, String messageId) {
        return new PlainReceipt(topic, messageId, Optional.empty());
    }
}
