package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.BrokerException;
import io.broker4j.spi.Locator;
import io.broker4j.testkit.RedisServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    private static final String STORE_PASSWORD = "not-a-secret";

    @TempDir
    private static Path directory;

    private static RedisServer redis;

    /** A certificate that names {@code localhost}, but not {@code 127.0.0.1}. */
    @BeforeAll
    static void startServer() throws Exception {
        Path store = directory.resolve("store.p12");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "redis",
                "-dname",
                "CN=redis",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD);
        KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
        Path key = pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("redis", STORE_PASSWORD.toCharArray()).getEncoded());
        Path certificate = pem(
                "certificate.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        redis = RedisServer.start(
                "--tls-port",
                "auto",
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "no");
    }

    @AfterAll
    static void stopServer() {
        if (redis != null) {
            redis.close();
        }
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(Recorder.GENEROUS.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private static Path pem(String file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(content);
        return Files.writeString(
                directory.resolve(file), "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    private static RedisClient trusting() {
        RedisClient client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .trustManager(directory.resolve("certificate.pem").toFile())
                        .build())
                .build());
        return client;
    }

    @Test
    void messagesTravelOverTlsWithACertificateThatIsTrustedAndNamesTheHost() {
        RedisClient client = trusting();
        try (Transports transport = Transports.open(RedisBrokerBuilder.at("rediss://localhost:" + redis.tlsPort())
                .client(client)
                .rawWire()
                .options())) {
            transport.subscribed("t");
            transport.published("t", "x");
            transport.recorder.awaitLines("t|t|x");
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aCertificateThatDoesNotNameTheHostIsRefused() {
        RedisClient client = trusting();
        try {
            RedisOptions options = RedisBrokerBuilder.at("rediss://127.0.0.1:" + redis.tlsPort())
                    .client(client)
                    .options();
            assertThatThrownBy(() -> Transports.open(options))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("cannot make a TLS connection to rediss://127.0.0.1:" + redis.tlsPort())
                    .hasMessageContaining("127.0.0.1");
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefused() {
        assertThatThrownBy(() -> Transports.open("rediss://localhost:" + redis.tlsPort()))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("cannot make a TLS connection")
                .hasMessageContaining("must be trusted by this JVM");
    }

    @Test
    void aPlainConnectionToATlsPortIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> Transports.open("redis://localhost:" + redis.tlsPort()))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("rediss://");
    }

    @Test
    void onlyTls12AndLaterAreOffered() {
        assertThat(ConnectionSettings.over(null)
                        .getSslOptions()
                        .createSSLParameters()
                        .getProtocols())
                .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
        assertThat(RedisOptions.from(Locator.parse("rediss://h")).uri().isVerifyPeer())
                .isTrue();
    }
}
