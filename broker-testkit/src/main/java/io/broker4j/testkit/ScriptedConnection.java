package io.broker4j.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.broker4j.testkit.ScriptedServer.Reply;
import io.broker4j.testkit.ScriptedServer.Reply.End;
import io.broker4j.testkit.ScriptedServer.Request;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** One client of a {@link ScriptedServer}: reads its commands and writes what they are answered with. Thread-safe. */
final class ScriptedConnection {
    private final int number;
    private final Socket client;
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private final Object writing = new Object();

    @GuardedBy("writing")
    private boolean silent;

    ScriptedConnection(int number, Socket client) {
        this.number = number;
        this.client = client;
    }

    /** The channels and patterns that it has subscribed to. */
    Set<String> subscribed() {
        return subscribed;
    }

    /** Answers until either side closes. */
    void serve(Function<Request, Reply> replies) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            boolean open = true;
            while (open) {
                Reply reply = replies.apply(new Request(number, readCommand(in)));
                write(reply.bytes());
                open = reply.end() != End.CLOSE;
                if (reply.end() == End.FALL_SILENT) {
                    fallSilent();
                }
            }
        } catch (IOException closed) {
            // by the client, or by our close()
        }
    }

    private void fallSilent() {
        synchronized (writing) {
            silent = true;
        }
    }

    /** Without effect once it has fallen silent or is closed. */
    void write(String bytes) {
        synchronized (writing) {
            if (!silent) {
                try {
                    client.getOutputStream().write(bytes.getBytes(ISO_8859_1));
                } catch (IOException closed) {
                    // the thread that reads will see it too
                }
            }
        }
    }

    private static List<String> readCommand(InputStream in) throws IOException {
        int count = readNumber(in, '*');
        List<String> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = readNumber(in, '$');
            words.add(new String(in.readNBytes(length), ISO_8859_1));
            in.skipNBytes(2);
        }
        return words;
    }

    private static int readNumber(InputStream in, char type) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the client closed the connection");
            }
            line.append((char) b);
        }
        if (line.charAt(0) != type) {
            throw new IOException("expected " + type + " and a number, but the client sent: " + line);
        }
        return Integer.parseInt(line.substring(1).trim());
    }

    void close() {
        try {
            client.close();
        } catch (IOException closedAlready) {
            // which is all that is wanted
        }
    }
}
