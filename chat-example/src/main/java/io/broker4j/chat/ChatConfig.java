package io.broker4j.chat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;

/**
 * What a server is told when it starts.
 *
 * @param address where it listens; port 0 picks a free one
 * @param node its name, shown in the page
 * @param allowedOrigins origins allowed besides the server's own, compared exactly
 * @param history messages shown on joining
 * @param messageRate messages a second per connection; 0 is no limit
 * @param messageBurst messages at once per connection
 * @param maxConnections WebSockets in all
 * @param maxConnectionsPerAddress WebSockets from one address
 */
record ChatConfig(
        InetSocketAddress address,
        String node,
        Set<String> allowedOrigins,
        int history,
        int messageRate,
        int messageBurst,
        int maxConnections,
        int maxConnectionsPerAddress,
        Timings timings) {

    /** On a free port of the loopback address, with the defaults of the flags. */
    static ChatConfig local(String node) {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ChatConfig(anyPort, node, Set.of(), 50, 5, 10, 20_000, 1_000, Timings.DEFAULTS);
    }

    ChatConfig withPort(int port) {
        InetSocketAddress other = new InetSocketAddress(address.getAddress(), port);
        return new ChatConfig(
                other,
                node,
                allowedOrigins,
                history,
                messageRate,
                messageBurst,
                maxConnections,
                maxConnectionsPerAddress,
                timings);
    }

    ChatConfig withAllowedOrigins(Set<String> origins) {
        return new ChatConfig(
                address,
                node,
                origins,
                history,
                messageRate,
                messageBurst,
                maxConnections,
                maxConnectionsPerAddress,
                timings);
    }

    ChatConfig withHistory(int messages) {
        return new ChatConfig(
                address,
                node,
                allowedOrigins,
                messages,
                messageRate,
                messageBurst,
                maxConnections,
                maxConnectionsPerAddress,
                timings);
    }

    ChatConfig withMessageRate(int rate, int burst) {
        return new ChatConfig(
                address, node, allowedOrigins, history, rate, burst, maxConnections, maxConnectionsPerAddress, timings);
    }

    ChatConfig withMaxConnections(int all, int perAddress) {
        return new ChatConfig(
                address, node, allowedOrigins, history, messageRate, messageBurst, all, perAddress, timings);
    }

    ChatConfig withTimings(Timings other) {
        return new ChatConfig(
                address,
                node,
                allowedOrigins,
                history,
                messageRate,
                messageBurst,
                maxConnections,
                maxConnectionsPerAddress,
                other);
    }
}
