package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port that a server has for TLS, with a certificate made for the test. */
@Timeout(60)
class RedisServerTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    void tlsPortSpeaksTlsBesideThePlainPort(@TempDir Path directory) throws Exception {
        KeyStore keys = selfSigned(directory);
        X509Certificate certificate = (X509Certificate) keys.getCertificate("redis");
        Path key = pem(directory, "PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded());
        Path cert = pem(directory, "CERTIFICATE", certificate.getEncoded());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);

        try (RedisServer redis = RedisServer.start(
                        "--tls-port",
                        "auto",
                        "--tls-cert-file",
                        cert.toString(),
                        "--tls-key-file",
                        key.toString(),
                        "--tls-auth-clients",
                        "no",
                        "--tls-ca-cert-file",
                        cert.toString());
                Socket client = tls.getSocketFactory().createSocket("127.0.0.1", redis.tlsPort())) {
            client.setSoTimeout(20_000);
            client.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(7)).asString().isEqualTo("+PONG\r\n");
            assertThat(redis.command("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void tlsPortIsThereOnlyWhenAskedFor() {
        try (RedisServer redis = RedisServer.start()) {
            assertThatIllegalStateException().isThrownBy(redis::tlsPort).withMessageContaining("--tls-port");
        }
    }

    private static KeyStore selfSigned(Path directory) throws Exception {
        Path file = directory.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String options = "-genkeypair -alias redis -keyalg EC -dname CN=localhost -ext SAN=IP:127.0.0.1";
        List<String> command = new ArrayList<>(List.of(keytool));
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-storepass", String.valueOf(PASSWORD), "-keystore", file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    private static Path pem(Path directory, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
        return Files.writeString(directory.resolve(type.replace(' ', '-') + ".pem"), text);
    }
}
