import io.broker4j.BrokerEvent;
import io.broker4j.BrokerException;
import io.broker4j.ClosedException;
import io.broker4j.Health;
import io.broker4j.Health.Status;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.spi.Frame;
import io.broker4j.spi.Inlet;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Outlet;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.TopicFilter;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A whole transport: {@code tcp://host:port} connects to a {@link TcpHub}, and again after every interruption. */
public final class TcpTransport implements Transport {
    private static final int SILENCE_MILLIS = 5_000;
    private static final int PING_MILLIS = 1_000;
    private static final int PAUSE_MILLIS = 100;

    public static final class Provider implements TransportProvider {
        @Override
        public Set<String> schemes() {
            return Set.of("tcp");
        }

        @Override
        public Transport open(Locator locator, Receiver receiver) {
            locator.parameters().rejectUnknown();
            TcpTransport transport = new TcpTransport(
                    new InetSocketAddress(locator.host(), locator.port().orElseThrow()), receiver);
            try {
                Connection first = transport.new Connection();
                transport.begin(first);
                transport.thread = new Thread(() -> transport.run(first), "tcp-transport");
                transport.thread.setDaemon(true);
                transport.thread.start();
                return transport;
            } catch (IOException unreachable) {
                throw new BrokerException("cannot reach " + locator + ": is the hub running?", unreachable);
            }
        }
    }

    private record Wanted(TopicFilter filter, Kind kind) {}

    /** A wanted subscription. Guarded by the transport. */
    private static final class Subscription {
        final Inlet inlet;
        CompletableFuture<Void> live = new CompletableFuture<>();
        boolean wasLive;

        Subscription(Inlet inlet) {
            this.inlet = inlet;
        }
    }

    private final InetSocketAddress address;
    private final Receiver receiver;
    private final Map<Wanted, Subscription> wanted = new HashMap<>(); // guarded by this
    private Connection current; // guarded by this; null while there is none
    private final CountDownLatch closing = new CountDownLatch(1);
    private Thread thread;

    private TcpTransport(InetSocketAddress address, Receiver receiver) {
        this.address = address;
        this.receiver = receiver;
    }

    /** One connection from its begin to its end. The hub answers requests in their order. */
    private final class Connection {
        final Socket socket = new Socket();
        final DataInputStream in;
        final DataOutputStream out;
        final AtomicLong requests = new AtomicLong();
        final Map<Long, CompletableFuture<Void>> unanswered = new ConcurrentHashMap<>();
        /** Writing may block, and no method of a transport may. */
        final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tcp-writer");
            thread.setDaemon(true);
            return thread;
        });

        /** Returns when the hub has answered: a connection that is open may lead to a hub that has stopped. */
        Connection() throws IOException {
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(SILENCE_MILLIS);
                socket.connect(address, SILENCE_MILLIS);
                if (socket.getLocalPort() == address.getPort()) {
                    throw new IOException("the port is free, and this socket has connected to itself");
                }
                in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                out = new DataOutputStream(socket.getOutputStream());
                CompletableFuture<Void> answered = ask(TcpHub.PING, "", new byte[0]);
                while (!answered.isDone()) {
                    receive();
                }
                writer.scheduleAtFixedRate(
                        () -> ask(TcpHub.PING, "", new byte[0]), PING_MILLIS, PING_MILLIS, TimeUnit.MILLISECONDS);
            } catch (IOException failed) {
                end(failed);
                throw failed;
            }
        }

        CompletableFuture<Void> ask(int type, String topic, byte[] body) {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            long number = requests.incrementAndGet();
            unanswered.put(number, answer);
            try {
                writer.execute(() -> {
                    try {
                        TcpHub.write(out, type, number, topic, body);
                    } catch (IOException lost) {
                        drop();
                    }
                });
            } catch (RuntimeException ended) {
                answer.completeExceptionally(ended);
            }
            return answer;
        }

        /** Takes one frame of the hub, or throws if it is silent although it is asked every second. */
        void receive() throws IOException {
            int type = in.readUnsignedByte();
            long number = in.readLong();
            String topic = in.readUTF();
            byte[] body = in.readNBytes(in.readInt());
            if (type == TcpHub.MESSAGE) {
                inlets(topic).forEach(inlet -> inlet.received(topic, Frame.parse(body)));
                return;
            }
            CompletableFuture<Void> answer = unanswered.remove(number);
            if (answer != null && type == TcpHub.REFUSED) {
                answer.completeExceptionally(new BrokerException("the hub refused it"));
            } else if (answer != null) {
                answer.complete(null);
            }
        }

        /** Ends it so that nothing more is sent, not even bytes that wait in this machine. */
        void drop() {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (IOException alreadyClosed) {
                return;
            }
        }

        void end(Throwable why) {
            drop();
            writer.shutdownNow();
            unanswered.values().forEach(answer -> answer.completeExceptionally(why));
        }
    }

    private void run(Connection first) {
        Connection connection = first;
        do {
            try {
                while (true) {
                    connection.receive();
                }
            } catch (IOException lost) {
                end(connection, lost);
            }
            connection = reconnected();
        } while (connection != null && begin(connection));
    }

    private Connection reconnected() {
        try {
            while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    return new Connection();
                } catch (IOException notYet) {
                    continue;
                }
            }
        } catch (InterruptedException closed) {
            return null;
        }
        return null;
    }

    /** Asks for all that is wanted; false if the transport was closed. */
    private boolean begin(Connection connection) {
        synchronized (this) {
            if (isClosed()) {
                connection.end(new ClosedException("this broker is closed"));
                return false;
            }
            current = connection;
            wanted.forEach((key, subscription) -> ask(connection, key, subscription));
        }
        receiver.event(new BrokerEvent.Connected("tcp:/" + address));
        receiver.reachable();
        return true;
    }

    private void end(Connection connection, IOException why) {
        receiver.event(new BrokerEvent.Disconnected("tcp:/" + address, String.valueOf(why.getMessage())));
        synchronized (this) {
            current = null;
            wanted.values().forEach(each -> each.live = each.live.isDone() ? new CompletableFuture<>() : each.live);
        }
        connection.end(why);
    }

    /** The answer comes before the first message: it renews a subscription that was live before. */
    private void ask(Connection connection, Wanted key, Subscription subscription) {
        connection.ask(TcpHub.SUBSCRIBE, key.filter.name(), new byte[0]).thenRun(() -> {
            boolean isRenewed;
            CompletableFuture<Void> live;
            synchronized (this) {
                if (current != connection || wanted.get(key) != subscription) {
                    return;
                }
                isRenewed = subscription.wasLive;
                subscription.wasLive = true;
                live = subscription.live;
            }
            if (isRenewed) {
                subscription.inlet.renewed();
            }
            live.complete(null);
        });
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private synchronized List<Inlet> inlets(String topic) {
        List<Inlet> inlets = new ArrayList<>();
        wanted.forEach((key, subscription) -> {
            if (key.filter.matches(topic)) {
                inlets.add(subscription.inlet);
            }
        });
        return inlets;
    }

    @Override
    public Outlet outlet(String topic) {
        return frame -> publish(topic, frame);
    }

    private CompletableFuture<Void> publish(String topic, Frame frame) {
        Connection connection;
        synchronized (this) {
            connection = current;
        }
        if (connection == null) {
            return CompletableFuture.failedFuture(new PublishException(Outcome.NOT_SENT, "not connected to the hub"));
        }
        CompletableFuture<Void> published = new CompletableFuture<>();
        connection.ask(TcpHub.PUBLISH, topic, frame.toBytes()).whenComplete((done, failure) -> {
            if (failure == null) {
                published.complete(null);
            } else {
                Outcome outcome = failure instanceof BrokerException ? Outcome.REJECTED : Outcome.UNKNOWN;
                published.completeExceptionally(new PublishException(outcome, String.valueOf(failure.getMessage())));
            }
        });
        published.whenComplete((done, failure) -> {
            if (published.isCancelled()) {
                connection.drop(); // the engine has given up: what is not sent yet must not be sent late
            }
        });
        return published;
    }

    @Override
    public synchronized CompletableFuture<Void> subscribe(TopicFilter filter, Kind kind, Inlet inlet) {
        if (isClosed()) {
            return CompletableFuture.failedFuture(new ClosedException("this broker is closed"));
        }
        Wanted key = new Wanted(filter, kind);
        Subscription known = wanted.get(key);
        if (known != null) {
            return known.live.copy();
        }
        Subscription subscription = new Subscription(inlet);
        wanted.put(key, subscription);
        if (current != null) {
            ask(current, key, subscription);
        }
        return subscription.live.copy(); // the engine may cancel what it is given
    }

    @Override
    public synchronized void unsubscribe(TopicFilter filter, Kind kind) {
        wanted.remove(new Wanted(filter, kind));
        boolean isUsed = wanted.keySet().stream().anyMatch(other -> other.filter.equals(filter));
        if (current != null && !isUsed) {
            current.ask(TcpHub.UNSUBSCRIBE, filter.name(), new byte[0]);
        }
    }

    @Override
    public synchronized Health health() {
        if (current == null) {
            return new Health(Status.DOWN, Status.DOWN, "not connected to the hub");
        }
        boolean isLive = wanted.values().stream().allMatch(each -> each.live.isDone());
        return new Health(
                Status.UP, wanted.isEmpty() || !isLive ? Status.UNVERIFIED : Status.UP, isLive ? "" : "subscribing");
    }

    @Override
    public boolean onIoThread() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close(Duration deadline) {
        List<CompletableFuture<Void>> pending = new ArrayList<>();
        synchronized (this) {
            closing.countDown();
            wanted.values().forEach(each -> pending.add(each.live));
            wanted.clear();
            if (current != null) {
                current.drop();
            }
        }
        pending.forEach(each -> each.completeExceptionally(new ClosedException("this broker is closed")));
        thread.interrupt();
        try {
            thread.join(Math.max(1, deadline.toMillis()));
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }
}
