package io.broker4j.engine;

/** Decides where and when the mailboxes of a group run. */
interface Scheduler {

    /**
     * Arranges that {@link MailboxGroup#sweep} is called soon. Never blocks; called once per sweep.
     */
    void schedule(MailboxGroup group);
}
