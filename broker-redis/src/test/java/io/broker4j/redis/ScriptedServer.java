package io.broker4j.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A server that answers each command with what a function says, for replies that a real Redis will not give. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final UnaryOperator<String> replies;

    /** @param replies the reply, as it goes over the wire, to a command's name; empty for none */
    ScriptedServer(UnaryOperator<String> replies) throws IOException {
        this.replies = replies;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::accept);
    }

    /** What Redis of some version says to HELLO. */
    static String hello(String version) {
        return "%7\r\n+server\r\n+redis\r\n+version\r\n+" + version
                + "\r\n+proto\r\n:3\r\n+id\r\n:1\r\n+mode\r\n+standalone\r\n"
                + "+role\r\n+master\r\n+modules\r\n*0\r\n";
    }

    String uri() {
        return "redis://127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                clients.add(client);
                thread(() -> serve(client));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int words = Integer.parseInt(line.substring(1));
                String name = "";
                for (int i = 0; i < words; i++) {
                    in.readLine();
                    String word = in.readLine();
                    name = i == 0 ? word : name;
                }
                client.getOutputStream().write(replies.apply(name).getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
