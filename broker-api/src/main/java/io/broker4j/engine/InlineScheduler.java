package io.broker4j.engine;

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
        if (!DeferredCalls.mayRunUserCode()) {
            dispatcher.schedule(group);
            return;
        }
        // Before the sweep, which may take long: a thread that brings a message meanwhile schedules the group again.
        group.unschedule();
        DeferredCalls.run(group.inlineSweep());
    }
}
