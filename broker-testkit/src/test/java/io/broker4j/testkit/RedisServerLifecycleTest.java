package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a server is killed, restarted, paused and closed, and what is left of it. */
@Timeout(60)
class RedisServerLifecycleTest {
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
