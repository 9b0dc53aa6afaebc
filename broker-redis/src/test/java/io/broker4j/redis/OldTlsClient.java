package io.broker4j.redis;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Security;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A process that connects by TLS 1.1, which no JVM does unless told so before it begins. */
final class OldTlsClient {
    private static final String PROTOCOL = "TLSv1.1";

    private OldTlsClient() {}

    /** Whether the server takes TLS 1.1. */
    static boolean connects(int port, Certificates authority) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Djavax.net.ssl.trustStore=" + authority.store(),
                        "-Djavax.net.ssl.trustStorePassword=" + Certificates.STORE_PASSWORD,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OldTlsClient.class.getName(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(Recorder.GENEROUS.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    public static void main(String[] arguments) throws IOException {
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        int port = Integer.parseInt(arguments[0]);
        try (SSLSocket socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket("127.0.0.1", port)) {
            socket.setEnabledProtocols(new String[] {PROTOCOL});
            socket.startHandshake();
            if (!socket.getSession().getProtocol().equals(PROTOCOL)) {
                throw new IOException(socket.getSession().getProtocol());
            }
        }
    }
}
