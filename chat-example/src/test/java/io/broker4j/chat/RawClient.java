package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A client that says exactly the bytes it is told to: for everything a well-behaved one would not say. */
final class RawClient implements AutoCloseable {
    /** What {@link #closeCode} gives when the connection ended without a close frame. */
    static final int CUT = 1006;

    private static final int MASKED = 0x80;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** A frame as the server sent it. */
    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    RawClient(ChatServer server) throws IOException {
        this(server, 0);
    }

    /** With a small receive buffer, so that little is on its way to a client that does not read. */
    RawClient(ChatServer server, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new java.net.InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.address().getPort()));
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(ChatClient.PATIENCE_SECONDS));
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Upgraded, with further headers. */
    static RawClient upgraded(ChatServer server) throws IOException {
        RawClient client = new RawClient(server);
        client.upgrade();
        assertThat(client.response()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    void upgrade(String... headers) throws IOException {
        StringBuilder request = new StringBuilder("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + socket.getPort() + "\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        write(request.append("\r\n").toString());
    }

    void write(String ascii) throws IOException {
        write(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Status line and headers of the next response; its body, if any, stays unread. */
    String response() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return head.append("<end>").toString();
            }
            head.append((char) next);
        }
        return head.toString();
    }

    byte[] body(int length) throws IOException {
        return in.readNBytes(length);
    }

    void text(String text) throws IOException {
        write(frame(0x81, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A masked frame; the first byte holds FIN, the reserved bits and the opcode. */
    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(MASKED | payload.length);
        } else if (payload.length <= 0xFFFF) {
            frame.write(MASKED | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(MASKED | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        byte[] mask = {1, 2, 3, 4};
        frame.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ mask[i % 4]);
        }
        return frame.toByteArray();
    }

    Frame next() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        return new Frame(opcode, in.readNBytes(length));
    }

    /** Reads until the server closes: its code, or {@link #CUT}. */
    int closeCode() throws IOException {
        try {
            for (Frame frame = next(); ; frame = next()) {
                if (frame.opcode == 8) {
                    return (frame.payload[0] & 0xFF) << 8 | frame.payload[1] & 0xFF;
                }
            }
        } catch (java.io.EOFException | SocketException cut) {
            return CUT;
        }
    }

    /** Whether the server ends the connection without another byte. */
    boolean isAtEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
