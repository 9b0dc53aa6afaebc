package io.broker4j.redis;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Looks names up as the JVM does, hosts file, cache and all; since that blocks, on a thread for each look-up. Netty's own
 * resolver opens a socket for each I/O thread, which is never closed if the threads end soon after.
 */
final class Addresses extends AddressResolverGroup<InetSocketAddress> {

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Names(executor).asAddressResolver();
    }

    private static final class Names extends InetNameResolver {
        Names(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> address) {
            lookUp(name, address, () -> InetAddress.getByName(name));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> addresses) {
            lookUp(name, addresses, () -> List.of(InetAddress.getAllByName(name)));
        }

        /** What is an address already needs no thread. */
        private static <T> void lookUp(String name, Promise<T> result, Callable<T> blocking) {
            Runnable lookUp = () -> {
                try {
                    result.trySuccess(blocking.call());
                } catch (Exception unknown) {
                    result.tryFailure(unknown);
                }
            };
            if (NetUtil.createByteArrayFromIpAddressString(name) != null) {
                lookUp.run();
            } else {
                ConnectionSettings.threads().newThread(lookUp).start();
            }
        }
    }
}
