package io.broker4j.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out loopback ports that can be given up and taken again.
 *
 * <p>They come from below the kernel's ephemeral range. A port inside that range may become the local port of any
 * outgoing connection while its server is down; a client that keeps dialling such a port on loopback can even connect
 * to itself.
 */
final class LoopbackPorts {
    private static final int FIRST = 20_000;
    private static final int END = 30_000;
    private static final int TRIES = 200;
    private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

    private LoopbackPorts() {}

    /** A port that nobody listened on a moment ago and that no other part of this JVM was handed. */
    static int take() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (TAKEN.add(port)) {
                if (isFree(port)) {
                    return port;
                }
                TAKEN.remove(port);
            }
        }
        throw new IllegalStateException("no free loopback port in " + FIRST + "-" + (END - 1) + " after " + TRIES
                + " tries: look for servers that earlier tests left running");
    }

    static void release(int port) {
        TAKEN.remove(port);
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
