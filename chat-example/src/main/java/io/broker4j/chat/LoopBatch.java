package io.broker4j.chat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What is to be done on one event loop in its next turn, and then the flush: once per socket, however much was written to
 * it. A system call costs more than everything else that a delivered message needs, so joining them is the main thing.
 */
final class LoopBatch implements Executor, Runnable {
    private static final System.Logger LOG = System.getLogger(LoopBatch.class.getName());

    private final EventLoop loop;

    @GuardedBy("this")
    private List<Runnable> waiting = new ArrayList<>();

    @GuardedBy("this")
    private boolean scheduled;
    /** On the loop only. */
    private final List<ClientSocket> touched = new ArrayList<>();

    LoopBatch(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs something in the loop's next turn; from any thread. */
    @Override
    public void execute(Runnable task) {
        boolean first;
        synchronized (this) {
            waiting.add(task);
            first = schedule();
        }
        if (first) {
            loop.execute(this);
        }
    }

    /** Runs something later; from any thread. */
    void after(Duration delay, Runnable task) {
        loop.schedule(() -> execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
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
        try {
            tasks.forEach(LoopBatch::attempt);
            touched.forEach(socket -> attempt(socket::flush));
        } finally {
            touched.clear();
            finish();
        }
    }

    /**
     * Catches what goes wrong here, {@code Error}s too: one client must not cost the others their turn, and a loop that is
     * never scheduled again would cost all of them everything.
     */
    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (Throwable broken) {
            LOG.log(System.Logger.Level.ERROR, "an error of this server", broken);
        }
    }

    @GuardedBy("this")
    private boolean schedule() {
        boolean first = !scheduled;
        scheduled = true;
        return first;
    }

    /** What came meanwhile gets a turn of its own, so that reading goes on in between. */
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
