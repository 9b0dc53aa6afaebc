package io.broker4j.spi;

/** Runs mailboxes on the thread that brings the message. */
final class InlineScheduler implements Scheduler {
    static final InlineScheduler INSTANCE = new InlineScheduler();

    private InlineScheduler() {}

    @Override
    public void schedule(MailboxGroup group) {
        // Noted on this thread, which may be long at it: another one that brings a message need not wait for that.
        group.unschedule();
        Afterwards.run(group.inlineSweep());
    }
}
