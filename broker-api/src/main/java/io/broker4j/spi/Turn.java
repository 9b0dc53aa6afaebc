package io.broker4j.spi;

/** The time a thread has for running mailboxes. */
interface Turn {
    /** A turn that nobody ends. */
    Turn ENDLESS = new Turn() {
        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public void mailboxBegins() {}
    };

    /**
     * Whether another thread has taken over. The mailbox being run stays with this thread until it is empty; all others are
     * the other thread's.
     */
    boolean isOver();

    void mailboxBegins();
}
