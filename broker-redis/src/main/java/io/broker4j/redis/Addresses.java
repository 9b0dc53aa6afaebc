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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks the server's name up as the JVM does, hosts file, cache and all; since that blocks, on a thread for each look-up. Netty's
 * own resolver opens a socket for each I/O thread, which is never closed if the threads end soon after.
 *
 * <p>A name may have several addresses, and the server may move from one to another. A connection goes to the one whose turn it
 * is; {@link #failed} ends the turn. Safe for use from any thread.
 */
final class Addresses extends AddressResolverGroup<InetSocketAddress> {
    /** Finds the addresses of a name; may block. */
    interface LookUp {
        InetAddress[] all(String name) throws UnknownHostException;
    }

    private final LookUp lookUp;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile int count;

    Addresses(LookUp lookUp) {
        this.lookUp = lookUp;
    }

    /** Which address connections go to that begin now. */
    int turn() {
        return turn.get();
    }

    /** Connections that begin from now on go to the next address. No effect if that turn has ended already. */
    void failed(int endedTurn) {
        turn.compareAndSet(endedTurn, endedTurn + 1);
    }

    /** How many addresses the name had when it was last looked up; 0 if it was not, or not by us. */
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

        /** What is an address already needs no thread. */
        private static <T> void run(String name, Promise<T> result, Callable<T> blocking) {
            Runnable task = () -> {
                try {
                    result.trySuccess(blocking.call());
                } catch (Exception unknown) {
                    result.tryFailure(unknown);
                }
            };
            if (NetUtil.createByteArrayFromIpAddressString(name) != null) {
                task.run();
            } else {
                ConnectionSettings.threads().newThread(task).start();
            }
        }
    }
}
