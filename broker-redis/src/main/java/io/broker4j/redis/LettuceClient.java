package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.broker4j.ClosedException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.ConnectionState;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.pubsub.PubSubEndpoint;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens links to one server. It is a separate Lettuce client even if a client was handed in: it
 * uses the resources and options of the other client, but neither changes its options nor closes
 * it. It overrides the two hooks that give access to each connection's Netty channel. Safe for use
 * from any thread.
 */
final class LettuceClient extends RedisClient {
    private final RedisOptions options;
    private final boolean ownsResources;
    private final Addresses addresses;
    private final Set<Thread> ioThreads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private LettuceClient(RedisOptions options, ClientResources resources, boolean ownsResources, Addresses addresses) {
        super(resources, options.uri());
        this.options = options;
        this.ownsResources = ownsResources;
        this.addresses = addresses;
    }

    static LettuceClient over(RedisOptions options) {
        return over(options, new Addresses(InetAddress::getAllByName));
    }

    /** Resources that were handed in look up names in their own way; then each connection tries one address. */
    static LettuceClient over(RedisOptions options, Addresses addresses) {
        ClientResources handedIn = options.resources();
        LettuceClient client = handedIn == null
                ? new LettuceClient(options, ConnectionSettings.resources(addresses), true, addresses)
                : new LettuceClient(options, handedIn, false, addresses);
        client.setOptions(ConnectionSettings.over(options.clientOptions()));
        return client;
    }

    CompletableFuture<CommandLink> openPublishLink() {
        return openCommandLink(ConnectionSettings.PUBLISH_QUEUE_SIZE);
    }

    CompletableFuture<CommandLink> openReadLink() {
        return openCommandLink(ConnectionSettings.READ_QUEUE_SIZE);
    }

    private CompletableFuture<CommandLink> openCommandLink(int queueSize) {
        return open(uri -> connect(queueSize, () -> connectAsync(ByteArrayCodec.INSTANCE, uri)), connection -> {
            CommandEndpoint endpoint = (CommandEndpoint) writer(connection);
            return new CommandLink(connection, endpoint, endpoint.opened());
        });
    }

    CompletableFuture<SubscribeLink> openSubscribeLink(SubscribeLink.Events events) {
        int queueSize = ConnectionSettings.SUBSCRIBE_QUEUE_SIZE;
        return open(uri -> connect(queueSize, () -> connectPubSubAsync(ByteArrayCodec.INSTANCE, uri)), connection -> {
            SubscribeEndpoint<?, ?> endpoint = (SubscribeEndpoint<?, ?>) writer(connection);
            return SubscribeLink.over(connection, endpoint, endpoint.opened(), events);
        });
    }

    /**
     * Begins a connection with a queue of this size. Lettuce allocates both queues of a connection with room for all
     * commands, and takes their size from the client's options while it begins the connection.
     */
    private synchronized <C> ConnectionFuture<C> connect(int queueSize, Supplier<ConnectionFuture<C>> beginning) {
        setOptions(getOptions().mutate().requestQueueSize(queueSize).build());
        return beginning.get();
    }

    private <C extends StatefulConnection<byte[], byte[]>, L extends Link> CompletableFuture<L> open(
            Function<RedisURI, ConnectionFuture<C>> connecting, Function<C, L> wrapping) {
        Supplier<CompletableFuture<L>> attempt =
                () -> options.uriNow().thenCompose(connecting).thenApply(connection -> {
                    check(connection);
                    return wrapping.apply(connection);
                });
        CompletableFuture<L> opened = new CompletableFuture<>();
        new Opening<>(attempt, addresses, getResources().eventExecutorGroup(), Opening.HEAD_START)
                .start()
                .whenComplete((link, failure) -> {
                    if (failure == null) {
                        opened.complete(link);
                    } else {
                        opened.completeExceptionally(ConnectFailure.of(options, failure));
                    }
                });
        return opened;
    }

    /**
     * Refuses a server whose answer to HELLO shows that it is too old or no master; also refuses connections after
     * closing.
     */
    private void check(StatefulConnection<byte[], byte[]> connection) {
        BrokerException refusal = null;
        ConnectionState told = ((StatefulRedisConnectionImpl<?, ?>) connection).getConnectionState();
        String version = told.getRedisVersion();
        Role role = Role.of(told.getRole(), told.getMode());
        if (closed) {
            refusal = new ClosedException("the broker is closed");
        } else if (version != null && version.matches("[0-6]\\..*")) {
            refusal = new BrokerException(options.errors().tooOld(version));
        } else if (!role.isMaster()) {
            refusal = new BrokerException(options.medium() + " " + role.defect());
        }
        if (refusal != null) {
            connection.closeAsync();
            throw refusal;
        }
    }

    private static Object writer(StatefulConnection<byte[], byte[]> connection) {
        return ((RedisChannelHandler<?, ?>) connection).getChannelWriter();
    }

    /** Whether the calling thread reads from or writes to a connection of this client. */
    boolean onIoThread() {
        return ioThreads.contains(Thread.currentThread());
    }

    /** Closes the connections and, unless they were handed in, the threads; waits for their end until the deadline. */
    void close(Duration deadline) {
        closed = true;
        long end = System.nanoTime() + deadline.toNanos();
        await(shutdownAsync(0, Math.max(1, deadline.toMillis()), TimeUnit.MILLISECONDS), end);
        if (ownsResources) {
            await(getResources().shutdown(0, Math.max(1, deadline.toMillis()), TimeUnit.MILLISECONDS), end);
        }
    }

    private static void await(Future<?> closing, long end) {
        try {
            closing.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException goesOnWithoutUs) {
            // The deadline counts; threads that are left end by themselves.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected DefaultEndpoint createEndpoint() {
        return new CommandEndpoint(getOptions(), getResources(), ioThreads);
    }

    @Override
    protected <K, V> PubSubEndpoint<K, V> createPubSubEndpoint() {
        return new SubscribeEndpoint<>(getOptions(), getResources(), ioThreads);
    }

    /** Lettuce's end of a link that publishes or reads logs; remembers the channel. */
    static final class CommandEndpoint extends DefaultEndpoint {
        private final Set<Thread> ioThreads;
        private volatile @Nullable Channel opened;

        CommandEndpoint(ClientOptions options, ClientResources resources, Set<Thread> ioThreads) {
            super(options, resources);
            this.ioThreads = ioThreads;
        }

        @Override
        public void notifyChannelActive(Channel channel) {
            opened = channel;
            ioThreads.add(Thread.currentThread());
            super.notifyChannelActive(channel);
        }

        Channel opened() {
            return known(opened);
        }
    }

    /** Lettuce's end of a subscribe link; remembers the channel. */
    static final class SubscribeEndpoint<K, V> extends PubSubEndpoint<K, V> {
        private final Set<Thread> ioThreads;
        private volatile @Nullable Channel opened;

        SubscribeEndpoint(ClientOptions options, ClientResources resources, Set<Thread> ioThreads) {
            super(options, resources);
            this.ioThreads = ioThreads;
        }

        @Override
        public void notifyChannelActive(Channel channel) {
            opened = channel;
            ioThreads.add(Thread.currentThread());
            super.notifyChannelActive(channel);
        }

        Channel opened() {
            return known(opened);
        }
    }

    private static Channel known(@Nullable Channel opened) {
        if (opened == null) {
            throw new BrokerException("connected without a channel");
        }
        return opened;
    }
}
