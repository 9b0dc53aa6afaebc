package io.broker4j;

/** Proof that the medium has a message (P2). It does not say that anybody received it. */
public interface Receipt {

    /** Name of the topic it was published to. */
    String topic();

    /** The {@link Message#id} that subscribers see; empty where the medium carries bare payloads only. */
    String messageId();

    /** A receipt for tests that stub a {@link Publisher}. */
    static Receipt of(String topic, String messageId) {
        return new PlainReceipt(topic, messageId);
    }
}
