package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RedisServerTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    void startedServerIsARecentRedisThatAnswersOnItsPort() {
        try (RedisServer redis = RedisServer.start()) {
            assertThat(redis.running()).isTrue();
            assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
            assertThat(redis.command("INFO", "server")).contains("tcp_port:" + redis.port(), "redis_version:7.");
        }
    }

    @Test
    void serversBesideEachOtherHaveTheirOwnPortsAndData() {
        try (RedisServer one = RedisServer.start();
                RedisServer other = RedisServer.start()) {
            one.command("SET", "k", "v");

            assertThat(other.command("GET", "k")).isEqualTo("(nil)");
        }
    }

    @Test
    void repliesAreReadableText() {
        try (RedisServer redis = RedisServer.start()) {
            assertThat(redis.command("SET", "k", "grüß\r\ngott")).isEqualTo("OK");
            assertThat(redis.command("GET", "k")).isEqualTo("grüß\r\ngott");
            assertThat(redis.command("STRLEN", "k")).isEqualTo("12");
            assertThat(redis.command("PUBSUB", "NUMSUB", "a", "b")).isEqualTo("a\n0\nb\n0");
            assertThat(redis.command("EVAL", "return {1,{'two',{}},3}", "0")).isEqualTo("1\ntwo\n3");
            assertThat(redis.command("KEYS", "none")).isEmpty();
        }
    }

    @Test
    void errorReplyIsThrownWithItsTextButWithoutTheArguments() {
        try (RedisServer redis = RedisServer.start()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> redis.command("ACL", "SETUSER", "alice", "nonsense", ">s3cret"))
                    .withMessageContaining("ACL")
                    .withMessageContaining("nonsense")
                    .withMessageNotContaining("s3cret");
            assertThatIllegalArgumentException().isThrownBy(redis::command);
        }
    }

    @Test
    void killedServerIsGoneAtOnceAndRefusesConnections() throws IOException {
        try (RedisServer redis = RedisServer.start();
                Socket client = connect(redis.port())) {
            redis.kill();
            redis.kill();

            assertThat(redis.running()).isFalse();
            assertThatThrownBy(() -> connect(redis.port())).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(UncheckedIOException.class);
            assertThat(readToTheEnd(client)).isZero();
        }
    }

    @Test
    void restartedServerHasTheSamePortAndNoneOfTheData() {
        try (RedisServer redis = RedisServer.start()) {
            int port = redis.port();
            redis.command("SET", "k", "v");
            redis.kill();
            redis.restart();

            assertThat(redis.port()).isEqualTo(port);
            assertThat(redis.command("GET", "k")).isEqualTo("(nil)");
        }
    }

    @Test
    void restartOfARunningServerReplacesTheProcessAndKeepsItsArguments() {
        try (RedisServer redis = RedisServer.start("--maxmemory", "64mb")) {
            String before = processId(redis);
            redis.restart();

            assertThat(processId(redis)).isNotEqualTo(before);
            assertThat(redis.command("CONFIG", "GET", "maxmemory")).isEqualTo("maxmemory\n67108864");
        }
    }

    @Test
    void dataThatTheServerWasToldToKeepSurviveARestart() {
        try (RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
            redis.command("SET", "k", "v");
            redis.restart();

            assertThat(redis.command("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void pausedServerAcceptsBytesAndAnswersOnceItIsResumed() throws IOException {
        try (RedisServer redis = RedisServer.start();
                Socket client = connect(redis.port())) {
            redis.pause();
            client.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            client.setSoTimeout(200);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(redis.running()).isTrue();

            redis.resume();
            client.setSoTimeout(20_000);
            assertThat(client.getInputStream().readNBytes(7)).asString().isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void pausedServerCanBeRestartedAndClosed() {
        try (RedisServer redis = RedisServer.start()) {
            redis.pause();
            redis.restart();
            assertThat(redis.command("PING")).isEqualTo("PONG");
            redis.pause();
        }
    }

    @Test
    void pauseOfAServerThatIsDownSaysWhatToDo() {
        try (RedisServer redis = RedisServer.start()) {
            redis.kill();

            assertThatIllegalStateException().isThrownBy(redis::pause).withMessageContaining("restart()");
        }
    }

    @Test
    void closeEndsTheProcessAndDeletesItsDirectory() {
        RedisServer redis = RedisServer.start("--appendonly", "yes");
        ProcessHandle process =
                ProcessHandle.of(Long.parseLong(processId(redis))).orElseThrow();
        Path directory = Path.of(redis.command("CONFIG", "GET", "dir").split("\n")[1]);
        assertThat(directory).isNotEmptyDirectory();

        redis.close();
        redis.close();

        assertThat(process.isAlive()).isFalse();
        assertThat(directory).doesNotExist();
        assertThatIllegalStateException().isThrownBy(redis::restart).withMessageContaining("closed");
    }

    @Test
    void failedStartShowsWhatRedisPrinted() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RedisServer.start("--no-such-option", "1"))
                .withMessageContaining("no-such-option")
                .withMessageContaining("Bad directive");
    }

    @Test
    void commandAuthenticatesWithThePasswordTheServerWasStartedWith() {
        try (RedisServer redis = RedisServer.start("--requirepass", "s3cret")) {
            assertThat(redis.command("PING")).isEqualTo("PONG");
            assertThat(redis.uri()).doesNotContain("s3cret");
        }
    }

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

    @Test
    void serverDoesNotOutliveAKilledJvm(@TempDir Path directory) throws Exception {
        Process jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")),
                        StartAndWait.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = jvm.inputReader()) {
            long pid = Long.parseLong(output.readLine());
            Optional<ProcessHandle> redis = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
            assertThat(redis).isPresent();

            jvm.destroyForcibly();

            redis.get().onExit().get(20, TimeUnit.SECONDS);
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void configuredBinaryThatIsNotThereIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> RedisBinary.find("/no/redis-server", getClass().getClassLoader(), ""))
                .withMessageContaining("-Dredis.bin=/no/redis-server");
    }

    @Test
    void deliveredBinaryIsPreferredToThePath(@TempDir Path path) throws IOException {
        redisThatPrints(path, "Redis server v=7.2.4 sha=0");

        assertThat(RedisBinary.find(null, getClass().getClassLoader(), path.toString()))
                .isExecutable()
                .isNotEqualTo(path.resolve("redis-server"));
    }

    @Test
    void unknownPlatformFallsBackToARecentRedisOnThePath(@TempDir Path path) throws IOException {
        redisThatPrints(path, "Redis server v=7.2.4 sha=0");

        assertThat(RedisBinary.onPath("/no/where:" + path, "redis-server-7.0.15-vms-vax"))
                .isEqualTo(path.resolve("redis-server"));
    }

    @Test
    void withoutAUsableBinaryTheRemediesAreNamed(@TempDir Path path) throws IOException {
        redisThatPrints(path, "Redis server v=6.0.16 sha=0");

        assertThatIllegalStateException()
                .isThrownBy(() -> RedisBinary.onPath(path.toString(), "redis-server-7.0.15-vms-vax"))
                .withMessageContaining("org.signal:embedded-redis:0.9.1")
                .withMessageContaining("-Dredis.bin=")
                .withMessageContaining("v=6.0.16");
    }

    @Test
    void platformsAreNamedAsTheDeliveredResources() {
        assertThat(RedisBinary.platform("Linux", "amd64")).isEqualTo("linux-amd64");
        assertThat(RedisBinary.platform("Linux", "aarch64")).isEqualTo("linux-arm64");
        assertThat(RedisBinary.platform("Mac OS X", "x86_64")).isEqualTo("darwin-amd64");
        assertThat(RedisBinary.platform("Mac OS X", "aarch64")).isEqualTo("darwin-arm64");
        assertThat(RedisBinary.platform("Windows 11", "amd64")).isEqualTo("windows-11-amd64");
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

    private static void redisThatPrints(Path directory, String version) throws IOException {
        Path binary = Files.writeString(directory.resolve("redis-server"), "#!/bin/sh\necho '" + version + "'\n");
        assertThat(binary.toFile().setExecutable(true)).isTrue();
    }

    private static String processId(RedisServer redis) {
        return redis.command("INFO", "server")
                .lines()
                .filter(line -> line.startsWith("process_id:"))
                .map(line -> line.substring("process_id:".length()))
                .findFirst()
                .orElseThrow();
    }

    private static Socket connect(int port) throws IOException {
        return new Socket("127.0.0.1", port);
    }

    /** How many bytes came before the end, whichever way it came: a killed peer ends with FIN or RST. */
    private static int readToTheEnd(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try {
            return socket.getInputStream().readAllBytes().length;
        } catch (SocketException reset) {
            return 0;
        }
    }

    /** What {@link #serverDoesNotOutliveAKilledJvm} kills. */
    static final class StartAndWait {
        public static void main(String[] args) throws IOException {
            RedisServer redis = RedisServer.start();
            try (FileOutputStream output = new FileOutputStream(FileDescriptor.out)) {
                output.write((processId(redis) + "\n").getBytes(StandardCharsets.US_ASCII));
                System.in.read();
            }
        }
    }
}
