package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.BrokerException;
import io.broker4j.redis.Certificates.Pair;
import io.broker4j.spi.Locator;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
    @TempDir
    private static Path directory;

    private static Certificates authority;
    private static Certificates stranger;
    private static Pair localhost;
    private static RestrictedRedis redis;

    @BeforeAll
    static void startServer() {
        authority = new Certificates(directory, "authority");
        stranger = new Certificates(directory, "stranger");
        localhost = authority.signed("localhost", "dns:localhost");
        redis = start(localhost);
    }

    @AfterAll
    static void stopServer() {
        if (redis != null) {
            redis.close();
        }
    }

    private static RestrictedRedis start(Pair shown, String... configArgs) {
        List<String> args = new ArrayList<>(List.of("--tls-port", "auto"));
        args.addAll(List.of("--tls-cert-file", shown.certificate().toString()));
        args.addAll(List.of("--tls-key-file", shown.key().toString()));
        args.addAll(List.of("--tls-ca-cert-file", authority.authority().toString()));
        args.addAll(List.of(configArgs));
        if (!args.contains("--tls-auth-clients")) {
            args.addAll(List.of("--tls-auth-clients", "no"));
        }
        return RestrictedRedis.start(List.of(), args.toArray(String[]::new));
    }

    private static String uri(RestrictedRedis server, String host) {
        return "rediss://app:secret@" + host + ":" + server.tlsPort();
    }

    /** At {@code localhost}, trusting the authority. */
    private static RedisBrokerBuilder trusting(RestrictedRedis server) {
        return RedisBrokerBuilder.at(uri(server, "localhost"))
                .trust(authority.authority())
                .rawWire();
    }

    /** In the background, because a handshake may take too long on a machine that is busy with other things. */
    private static void assertWorks(RedisBrokerBuilder builder) {
        try (Transports transport = Transports.open(builder.connectInBackground())) {
            transport.subscribed("t");
            transport.awaitLive("t", "t");
        }
    }

    private static void assertRefused(RedisBrokerBuilder builder, String... parts) {
        RedisOptions options = Transports.options(builder);
        assertThatThrownBy(() -> Transports.open(options))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("cannot make a TLS connection to " + options.medium())
                .hasMessageContaining("README#tls")
                .hasMessageContainingAll(parts)
                .satisfies(refusal -> assertThat(refusal.getMessage().lines()).hasSize(1));
    }

    @Test
    void messagesTravelWithACertificateThatIsTrustedAndNamesTheHost() {
        assertWorks(trusting(redis));
    }

    @Test
    void aCertificateThatDoesNotNameTheHostIsRefused() {
        assertRefused(
                RedisBrokerBuilder.at(uri(redis, "127.0.0.1")).trust(authority.authority()),
                "does not name this host",
                "127.0.0.1");
    }

    @Test
    void aUriOfLettuceIsHeldToTheHostsNameToo() {
        RedisURI uri = RedisURI.create(uri(redis, "127.0.0.1"));
        assertRefused(RedisBrokerBuilder.at(uri).trust(authority.authority()), "does not name this host");
    }

    @Test
    void aCertificateOfAnAuthorityThatTheJvmDoesNotTrustIsRefused() {
        assertRefused(RedisBrokerBuilder.at(uri(redis, "localhost")), "not trusted", "RedisBrokerBuilder.trust");
    }

    @Test
    void aCertificateOfAnotherAuthorityThanTheTrustedOneIsRefused() {
        assertRefused(RedisBrokerBuilder.at(uri(redis, "localhost")).trust(stranger.authority()), "not trusted");
    }

    @Test
    void anExpiredCertificateIsRefused() {
        try (RestrictedRedis expired = start(authority.expired("expired", "dns:localhost"))) {
            assertRefused(trusting(expired), "has expired");
        }
    }

    @Test
    void aServerThatOffersOnlyTls11IsRefused() throws IOException, InterruptedException {
        try (RestrictedRedis old = start(localhost, "--tls-protocols", "TLSv1.1", "--tls-ciphers", "ALL:@SECLEVEL=0")) {
            assertThat(OldTlsClient.connects(old.tlsPort(), authority)).isTrue();
            assertRefused(trusting(old), "TLS 1.2 or later");
        }
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

    @Test
    void aPlainPortAnswersNothingAndTheMessageSaysWhatToTry() {
        assertThatThrownBy(() -> Transports.open("rediss://localhost:" + redis.port()))
                .isInstanceOf(BrokerException.class)
                .hasMessageContainingAll("no answer in time", "does the server expect TLS there?", "redis://");
    }

    @Test
    void aPlainConnectionToATlsPortIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> Transports.open("redis://localhost:" + redis.tlsPort()))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("rediss://");
    }

    @Test
    void aServerThatAsksForACertificateIsShownOurs() {
        Pair ours = authority.signed("ours", "dns:ours");
        Pair strange = stranger.signed("strange", "dns:ours");
        try (RestrictedRedis asking = start(localhost, "--tls-auth-clients", "yes")) {
            assertWorks(trusting(asking).present(ours.certificate(), ours.key()));
            assertRefused(trusting(asking), "RedisBrokerBuilder.present");
            assertRefused(trusting(asking).present(strange.certificate(), strange.key()), "does not accept ours");
        }
    }

    @Test
    void aFileThatIsReplacedCountsFromTheNextConnectionOn() throws IOException {
        Path trusted = directory.resolve("trusted.pem");
        Files.copy(authority.authority(), trusted);
        Pair renewed = stranger.signed("renewed", "dns:localhost");
        Path shown = directory.resolve("shown.pem");
        try (Transports transport = Transports.open(
                RedisBrokerBuilder.at(uri(redis, "localhost")).trust(trusted).rawWire())) {
            transport.subscribed("t");
            Files.copy(stranger.authority(), trusted, StandardCopyOption.REPLACE_EXISTING);
            redis.command(
                    "CONFIG",
                    "SET",
                    "tls-cert-file",
                    renewed.certificate().toString(),
                    "tls-key-file",
                    renewed.key().toString());
            redis.command("CLIENT", "KILL", "USER", "app");
            transport.recorder.awaitLines("renewed t");
            transport.awaitLive("t", "t");
        } finally {
            redis.command(
                    "CONFIG",
                    "SET",
                    "tls-cert-file",
                    localhost.certificate().toString(),
                    "tls-key-file",
                    localhost.key().toString());
        }
    }

    @Test
    void aClientsTlsSettingsAreUsed() {
        RedisClient client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .trustManager(authority.authority().toFile())
                        .build())
                .build());
        try {
            assertWorks(RedisBrokerBuilder.at(uri(redis, "localhost"))
                    .client(client)
                    .rawWire());
        } finally {
            client.shutdown();
        }
    }

    @Test
    void filesOfTheCallersTakeThePlaceOfAClientsTlsSettings() {
        RedisClient client = RedisClient.create();
        try {
            assertWorks(trusting(redis).client(client));
        } finally {
            client.shutdown();
        }
    }

    @Test
    void aFileThatCannotBeUsedIsNamed() {
        Path missing = directory.resolve("missing.pem");
        for (Path bad : List.of(missing, localhost.key(), authority.store())) {
            assertThatThrownBy(() -> Transports.options(
                            RedisBrokerBuilder.at("rediss://h").trust(bad)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot use trusted certificates " + bad)
                    .hasMessageContaining("README#tls");
        }
        assertThatThrownBy(() -> Transports.options(
                        RedisBrokerBuilder.at("rediss://h").present(localhost.key(), localhost.certificate())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot use certificate " + localhost.key());
    }

    @Test
    void filesWithoutTlsAreAnErrorAndNotIgnored() {
        assertThatThrownBy(() -> Transports.options(
                        RedisBrokerBuilder.at("redis://localhost").trust(authority.authority())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rediss://");
    }
}
