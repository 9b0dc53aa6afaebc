package io.broker4j.engine;

/** The time a thread has for running mailboxes. */
interface Turn {
    /** A turn without end. */
    Turn ENDLESS = new Turn() {
        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public void mailboxBegins() {}
    };

    /**
     * Whether another thread has taken over. The mailbox being run stays with this thread until it is empty; the other
     * thread runs all other mailboxes.
     */
    boolean isOver();

    void mailboxBegins();
}
