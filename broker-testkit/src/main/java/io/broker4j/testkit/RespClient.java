package io.broker4j.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One RESP2 connection: sends a command, reads its reply as text. Not thread-safe. */
final class RespClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    RespClient(int port, @Nullable String password, Duration timeout) throws IOException {
        try {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(LoopbackPorts.address(port), millis);
            socket.setSoTimeout(millis);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
            if (password != null) {
                call("AUTH", password);
            }
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    String call(String... args) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(ascii("*" + args.length + "\r\n"));
        for (String arg : args) {
            byte[] bytes = arg.getBytes(StandardCharsets.UTF_8);
            request.writeBytes(ascii("$" + bytes.length + "\r\n"));
            request.writeBytes(bytes);
            request.writeBytes(ascii("\r\n"));
        }
        out.write(request.toByteArray());
        List<String> lines = new ArrayList<>();
        readReply(args[0], lines);
        return String.join("\n", lines);
    }

    private void readReply(String command, List<String> lines) throws IOException {
        String header = readLine();
        String rest = header.substring(1);
        switch (header.charAt(0)) {
            case '+', ':' -> lines.add(rest);
            case '-' -> throw new IllegalStateException("Redis refused " + command + ": " + rest);
            case '$' -> lines.add(readBulk(Integer.parseInt(rest)));
            case '*' -> readArray(command, Integer.parseInt(rest), lines);
            default -> throw new IOException("not a RESP2 reply: " + header);
        }
    }

    private void readArray(String command, int length, List<String> lines) throws IOException {
        if (length < 0) {
            lines.add("(nil)");
        }
        for (int i = 0; i < length; i++) {
            readReply(command, lines);
        }
    }

    private String readBulk(int length) throws IOException {
        if (length < 0) {
            return "(nil)";
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || !readLine().isEmpty()) {
            throw new EOFException("the server closed the connection inside a reply");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection before its reply was complete");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
