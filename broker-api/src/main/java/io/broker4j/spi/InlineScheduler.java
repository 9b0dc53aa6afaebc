package io.broker4j.spi;

/**
 * Runs mailboxes on the thread that brings the message. A thread that closes something leaves them to a worker, because
 * a handler has no deadline.
 */
final class InlineScheduler implements Scheduler {
    private final Dispatcher dispatcher;

    InlineScheduler(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public void schedule(MailboxGroup group) {
        if (Afterwards.isForbidden()) {
            dispatcher.schedule(group);
            return;
        }
        // Noted on this thread, which may be long at it: another one that brings a message need not wait for that.
        group.unschedule();
        Afterwards.run(group.inlineSweep());
    }
}
