package io.broker4j.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.ExtendedKeepAliveSupport;
import io.lettuce.core.resource.IOUringProvider;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How the connections of this module differ from Lettuce's defaults, and why (fact 3). */
final class ConnectionSettings {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    /** For the handshake, the confirmation of a subscription, reads of logs, the probe and {@code PING}. */
    static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

    /** How many requests for logs may be in flight; further ones wait. */
    static final int MOST_READS = 250;
    /** How many commands about channels may be in flight; further ones wait. */
    static final int MOST_SUBSCRIBES = 500;

    /** What silence checks and the probe send, beside the commands that a link is for. */
    private static final int OWN_COMMANDS = 100;

    /** The engine's limit of publishes, times three for each append's hint and expiry. */
    static final int PUBLISH_QUEUE_SIZE = 3 * 10_000 + OWN_COMMANDS;

    /** A claim consists of four commands, any other request of one. */
    static final int READ_QUEUE_SIZE = 4 * MOST_READS + OWN_COMMANDS;

    static final int SUBSCRIBE_QUEUE_SIZE = MOST_SUBSCRIBES + OWN_COMMANDS;

    private static final int LEAST_THREADS = 2;
    private static final AtomicInteger THREADS = new AtomicInteger();

    private ConnectionSettings() {}

    /**
     * The options of this module, applied over those of a client that was handed in; the client's
     * socket and TLS settings are kept.
     */
    static ClientOptions over(@Nullable ClientOptions handedIn) {
        ClientOptions.Builder builder = handedIn == null
                ? ClientOptions.builder().socketOptions(socketOptions()).sslOptions(tls().build())
                : handedIn.mutate();
        // A connection that reconnects by itself replays the commands in flight and forgets
        // subscriptions. So no connection of this module reconnects.
        return builder.autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(PUBLISH_QUEUE_SIZE)
                .protocolVersion(ProtocolVersion.RESP3)
                // The engine has its own time-outs; these would cost a timer for each command.
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                // Useful only if commands are removed from the middle of the queue.
                .useHashIndexQueue(false)
                .build();
    }

    /** A client's options with the caller's TLS files in place of the client's TLS settings. */
    static ClientOptions with(TlsFiles files, @Nullable ClientOptions handedIn) {
        return over(handedIn).mutate().sslOptions(files.addTo(tls())).build();
    }

    private static SocketOptions socketOptions() {
        SocketOptions.Builder builder = SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT);
        if (ExtendedKeepAliveSupport.isSupported()) {
            builder.keepAlive(KeepAliveOptions.builder()
                    .enable()
                    .idle(Duration.ofSeconds(5))
                    .interval(Duration.ofSeconds(5))
                    .count(3)
                    .build());
        } else {
            builder.keepAlive(true);
        }
        // Lettuce can set this on native transports only; elsewhere the connection would fail.
        if (EpollProvider.isAvailable() || IOUringProvider.isAvailable()) {
            builder.tcpUserTimeout(TcpUserTimeoutOptions.builder()
                    .enable()
                    .tcpUserTimeout(Duration.ofSeconds(10))
                    .build());
        }
        return builder.build();
    }

    private static SslOptions.Builder tls() {
        return SslOptions.builder()
                .jdkSslProvider()
                .protocols("TLSv1.3", "TLSv1.2")
                .handshakeTimeout(CONNECT_TIMEOUT);
    }

    /** Resources with threads of this module, one I/O thread per core. */
    static ClientResources resources(Addresses addresses) {
        int threads = Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors());
        return ClientResources.builder()
                .ioThreadPoolSize(threads)
                .computationThreadPoolSize(LEAST_THREADS)
                .threadFactoryProvider(pool -> threads())
                .addressResolverGroup(addresses)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
    }

    /** Makes the threads of this module. */
    static ThreadFactory threads() {
        return work -> {
            Thread thread = new Thread(work, "broker-redis-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
