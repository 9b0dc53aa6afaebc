import io.broker4j.spi.TopicFilter;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The medium of {@link TcpTransport}: hands each message to all clients with a matching filter, in one order for all. */
public final class TcpHub implements AutoCloseable {
    static final int PING = 0;
    static final int PUBLISH = 1;
    static final int SUBSCRIBE = 2;
    static final int UNSUBSCRIBE = 3;
    static final int ANSWER = 4;
    static final int REFUSED = 5;
    static final int MESSAGE = 6;

    private static final int BACKLOG = 50;

    private final int port;
    private final Set<Client> clients = new HashSet<>(); // guarded by this
    private ServerSocket server; // guarded by this
    private final List<Runnable> held = new ArrayList<>(); // guarded by this
    private boolean stalled; // guarded by this
    private volatile boolean refusing;

    /** On a free port of this machine. */
    public TcpHub() throws IOException {
        server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        port = server.getLocalPort();
        accept(server);
    }

    /** What a broker opens. */
    public String locator() {
        return "tcp://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
    }

    /** Holds back all that it would send from now on, or no more. */
    public synchronized void stall(boolean wanted) {
        stalled = wanted;
        if (!stalled) {
            held.forEach(Runnable::run);
            held.clear();
        }
    }

    /** Refuses every publish from now on, or no more. */
    public void refuse(boolean wanted) {
        refusing = wanted;
    }

    public synchronized int connections() {
        return clients.size();
    }

    public synchronized int subscriptionsTo(String topic) {
        TopicFilter filter = TopicFilter.of(topic);
        return (int) clients.stream()
                .filter(client -> client.filters.contains(filter))
                .count();
    }

    /** Ends all connections and takes no others until {@link #listen}. */
    @Override
    public synchronized void close() throws IOException {
        server.close();
        List.copyOf(clients).forEach(Client::end);
    }

    public synchronized void listen() throws IOException {
        if (server.isClosed()) {
            server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            accept(server);
        }
    }

    private void accept(ServerSocket listening) {
        start(() -> {
            while (true) {
                Client client = new Client(listening.accept());
                start(client::serve);
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        return;
                    }
                },
                "tcp-hub");
        thread.setDaemon(true);
        thread.start();
    }

    static void write(DataOutputStream out, int type, long number, String topic, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeLong(number);
        out.writeUTF(topic);
        out.writeInt(body.length);
        out.write(body);
        out.flush();
    }

    private final class Client {
        final Socket socket;
        final DataOutputStream out;
        final Set<TopicFilter> filters = new HashSet<>(); // guarded by the hub
        final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "tcp-hub");
            thread.setDaemon(true);
            return thread;
        });

        Client(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream()));
        }

        void serve() throws IOException {
            synchronized (TcpHub.this) {
                if (server.isClosed()) {
                    end();
                    return;
                }
                clients.add(this);
            }
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
                while (true) {
                    int type = in.readUnsignedByte();
                    long number = in.readLong();
                    String topic = in.readUTF();
                    serve(type, number, topic, in.readNBytes(in.readInt()));
                }
            } finally {
                end();
            }
        }

        private void serve(int type, long number, String topic, byte[] body) {
            synchronized (TcpHub.this) {
                if (type == SUBSCRIBE) {
                    filters.add(TopicFilter.of(topic));
                } else if (type == UNSUBSCRIBE) {
                    filters.remove(TopicFilter.of(topic));
                } else if (type == PUBLISH && !refusing) {
                    clients.stream()
                            .filter(client -> client.filters.stream().anyMatch(filter -> filter.matches(topic)))
                            .forEach(client -> client.send(MESSAGE, 0, topic, body));
                }
                send(type == PUBLISH && refusing ? REFUSED : ANSWER, number, "", new byte[0]);
            }
        }

        private void send(int type, long number, String topic, byte[] body) {
            if (stalled) {
                held.add(() -> send(type, number, topic, body));
                return;
            }
            try {
                writer.execute(() -> {
                    try {
                        write(out, type, number, topic, body);
                    } catch (IOException gone) {
                        end();
                    }
                });
            } catch (RuntimeException ended) {
                return;
            }
        }

        private void end() {
            synchronized (TcpHub.this) {
                clients.remove(this);
            }
            writer.shutdown();
            try {
                socket.close();
            } catch (IOException alreadyClosed) {
                return;
            }
        }
    }
}
