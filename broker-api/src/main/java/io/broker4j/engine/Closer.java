package io.broker4j.engine;

/** Closes on a thread of its own, or on the calling thread if no other is available. */
final class Closer {
    private final Machine machine;

    Closer(Machine machine) {
        this.machine = machine;
    }

    /**
     * Runs a task on a thread of its own, which no user interrupts and which is in no user call. If no thread is
     * available, runs the task on the calling thread: what began to close must not stay open.
     */
    void runApart(Runnable task) {
        Runnable closing = () -> DeferredCalls.withoutUserCode(task);
        if (!machine.start("closer", closing)) {
            closing.run();
        }
    }
}
