package io.broker4j.redis;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks up the server's name as the JVM does, with its hosts file and cache. A look-up blocks, so each has a thread of
 * its own. Netty's own resolver is not used: it opens a socket for each I/O thread, and never closes the socket if the
 * thread ends soon after.
 *
 * <p>A name may have several addresses, and the server may move from one to another. The current
 * turn selects the address of a new connection; {@link #failed} ends the turn. Safe for use from
 * any thread.
 */
final class Addresses extends AddressResolverGroup<InetSocketAddress> {
    /** Finds the addresses of a name; may block. */
    interface LookUp {
        InetAddress[] all(String name) throws UnknownHostException;
    }

    private final LookUp lookUp;
    private final ThreadFactory threads;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile int count;

    Addresses(LookUp lookUp) {
        this(lookUp, ConnectionSettings.threads());
    }

    Addresses(LookUp lookUp, ThreadFactory threads) {
        this.lookUp = lookUp;
        this.threads = threads;
    }

    /** The current turn: it selects the address for connections that begin now. */
    int turn() {
        return turn.get();
    }

    /** Ends a turn: later connections use the next address. No effect if that turn has ended already. */
    void failed(int endedTurn) {
        turn.compareAndSet(endedTurn, endedTurn + 1);
    }

    /**
     * The number of addresses at the last look-up; 0 if there was none, or if other code did it.
     */
    int count() {
        return count;
    }

    private InetAddress current(String name) throws UnknownHostException {
        InetAddress[] all = lookUp.all(name);
        count = all.length;
        return all[Math.floorMod(turn.get(), all.length)];
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Names(executor).asAddressResolver();
    }

    private final class Names extends InetNameResolver {
        Names(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> address) {
            run(name, address, () -> current(name));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> addresses) {
            run(name, addresses, () -> List.of(lookUp.all(name)));
        }

        /** Needs no thread if the name is an address already. */
        private <T> void run(String name, Promise<T> result, Callable<T> blocking) {
            Runnable task = () -> {
                try {
                    result.trySuccess(blocking.call());
                } catch (Throwable unknown) {
                    result.tryFailure(unknown);
                }
            };
            if (NetUtil.createByteArrayFromIpAddressString(name) != null) {
                task.run();
                return;
            }
            try {
                threads.newThread(task).start();
            } catch (OutOfMemoryError noThread) {
                result.tryFailure(noThread);
            }
        }
    }
}
