package io.broker4j.chat;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done on one event loop in its next turn, and then the flush: once per socket, however much was written to
 * it. A system call costs more than everything else that a delivered message needs, so joining them is the main thing.
 */
final class LoopBatch implements Runnable {
    private final EventLoop loop;
    /** Guarded by this. */
    private List<Runnable> waiting = new ArrayList<>();
    /** Guarded by this. */
    private boolean scheduled;
    /** On the loop only. */
    private final List<ClientSocket> touched = new ArrayList<>();

    LoopBatch(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs something in the loop's next turn; from any thread. */
    void post(Runnable task) {
        boolean first;
        synchronized (this) {
            waiting.add(task);
            first = schedule();
        }
        if (first) {
            loop.execute(this);
        }
    }

    /** Flushes a socket at the end of this turn; on the loop. */
    void touch(ClientSocket socket) {
        touched.add(socket);
        boolean first;
        synchronized (this) {
            first = schedule();
        }
        if (first) {
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        List<Runnable> tasks;
        synchronized (this) {
            tasks = waiting;
            waiting = new ArrayList<>();
        }
        for (Runnable task : tasks) {
            task.run();
        }
        touched.forEach(ClientSocket::flush);
        touched.clear();
        finish();
    }

    private boolean schedule() {
        boolean first = !scheduled;
        scheduled = true;
        return first;
    }

    /** What was posted meanwhile gets a turn of its own, so that reading goes on in between. */
    private void finish() {
        boolean more;
        synchronized (this) {
            more = !waiting.isEmpty();
            scheduled = more;
        }
        if (more) {
            loop.execute(this);
        }
    }
}
