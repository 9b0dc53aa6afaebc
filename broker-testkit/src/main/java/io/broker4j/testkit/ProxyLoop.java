package io.broker4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one proxy, its listener and its connections.
 *
 * <p>There is no lock: all that changes belongs to this thread. {@link #call} hands it an action and waits until it has
 * run; the other methods, except {@link #close}, are for such actions.
 */
final class ProxyLoop implements AutoCloseable {
    private static final long CALL_LIMIT_SECONDS = 10;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    interface Action<T> {
        T run() throws IOException;
    }

    private record Task<T>(Action<T> action, CompletableFuture<T> done) {
        void perform() {
            try {
                done.complete(action.run());
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        }
    }

    private final int port;
    private final int targetPort;
    private final ProxyRules rules;
    private final Selector selector;
    private final Queue<Task<?>> tasks = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private volatile boolean closing;

    private final List<ProxyLink> links = new ArrayList<>();
    private @Nullable ServerSocketChannel listener;

    private ProxyLoop(int port, int targetPort, ProxyRules rules) throws IOException {
        this.port = port;
        this.targetPort = targetPort;
        this.rules = rules;
        selector = Selector.open();
    }

    /** Listens on {@code port}, which becomes the loop's to release. */
    static ProxyLoop start(int port, int targetPort, ProxyRules rules) throws IOException {
        ProxyLoop loop = new ProxyLoop(port, targetPort, rules);
        try {
            loop.listen();
        } catch (IOException e) {
            loop.selector.close();
            throw e;
        }
        Thread thread = new Thread(loop::run, "broker-proxy-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
        return loop;
    }

    <T> T call(Action<T> action) {
        Task<T> task = new Task<>(action, new CompletableFuture<>());
        tasks.add(task);
        selector.wakeup();
        if (terminated.isDone()) {
            refuseTasks();
        }
        try {
            return task.done().orTimeout(CALL_LIMIT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException("proxy on port " + port + ": " + cause.getMessage(), cause);
        }
    }

    private void refuseTasks() {
        for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
            task.done().completeExceptionally(new IllegalStateException("it is closed, open another one"));
        }
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        terminated.copy().orTimeout(CALL_LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    private void run() {
        try (selector) {
            while (!closing) {
                turn();
            }
            resetAll();
            stopListening();
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy on port " + port + " failed", e);
        } finally {
            LoopbackPorts.release(port);
            terminated.complete(null);
            refuseTasks();
        }
    }

    private void turn() throws IOException {
        selector.select(ProxyLoop::ready, millisUntilDue());
        acceptPending();
        for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
            task.perform();
        }
        long now = System.nanoTime();
        links.forEach(link -> link.turn(now));
        links.removeIf(link -> !link.open());
    }

    private static void ready(SelectionKey key) {
        if (key.attachment() instanceof ProxyLink link) {
            link.ready(key);
        }
    }

    /** For {@link Selector#select(long)}, to which 0 means for ever. */
    private long millisUntilDue() {
        long now = System.nanoTime();
        long nanos = Long.MAX_VALUE;
        for (ProxyLink link : links) {
            nanos = Math.min(nanos, link.nanosUntilDue(now));
        }
        return nanos == Long.MAX_VALUE ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
    }

    /** The connections of every client that is connected as far as it knows. */
    List<ProxyLink> connections() throws IOException {
        acceptPending();
        return links;
    }

    private void acceptPending() throws IOException {
        if (listener != null) {
            for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
                ProxyLink link = new ProxyLink(client, targetPort, selector, rules);
                if (link.open()) {
                    links.add(link);
                }
            }
        }
    }

    void resetAll() throws IOException {
        connections().forEach(ProxyLink::reset);
        links.clear();
        flush();
    }

    void stopListening() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
            flush();
        }
    }

    void listen() throws IOException {
        if (listener != null) {
            return;
        }
        ServerSocketChannel opened = ServerSocketChannel.open();
        try {
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            opened.bind(LoopbackPorts.address(port));
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_ACCEPT);
            listener = opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** A registered channel is really closed only when the selector next lets go of it. */
    private void flush() throws IOException {
        selector.selectNow(ProxyLoop::ready);
    }
}
