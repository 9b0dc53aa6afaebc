package io.broker4j.engine;

/**
 * Supplies a {@link MailboxGroup} with messages, and learns the outcome of each. Called by the
 * thread that delivers, under no lock.
 */
interface Source {
    /** The source of messages that are delivered at most once; ignores the outcomes. */
    Source NONE = new Source() {
        @Override
        public boolean wants(Delivery delivery) {
            return true;
        }

        @Override
        public void handled(Delivery delivery) {}

        @Override
        public void failed(Delivery delivery, Throwable cause) {}

        @Override
        public void undecodable(Delivery delivery, Throwable cause) {}

        @Override
        public void swept() {}
    };

    /** Called before a delivery; false if this subscription may no longer deliver the message. */
    boolean wants(Delivery delivery);

    /** The handler has returned, or its stage is complete. */
    void handled(Delivery delivery);

    /** The handler threw, or its stage failed. */
    void failed(Delivery delivery, Throwable cause);

    /** The codec threw. */
    void undecodable(Delivery delivery, Throwable cause);

    /** Mailboxes have run, so there may be room again. */
    void swept();
}
