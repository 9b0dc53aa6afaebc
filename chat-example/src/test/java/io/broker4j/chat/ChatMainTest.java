package io.broker4j.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.testkit.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program itself: its flags in this process, its life in one of its own. */
class ChatMainTest {
    private static final Pattern READY =
            Pattern.compile("chat ready on http://127\\.0\\.0\\.1:([0-9]+) node=(.+) broker=(.+)");
    private static final int STOP_SECONDS = 15;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--past 50",
                "--history -1",
                "--history 501",
                "--admin-port 9000",
                "--demo",
                "--nonsense",
                "stray",
                "--port",
                "--port -1",
                "--port 65536",
                "--port 80x",
                "--port 1 --port 2",
                "--bind no.such.host.invalid",
                "--broker nonsense",
                "--broker carrier-pigeon:",
                "--broker memory:?nonsense=1",
                "--broker redis://host:notaport",
                "--node a\u0007b",
                "--allow-origin chat.example",
                "--allow-origin https://chat.example/",
                "--allow-origin null",
                "--message-rate -1",
                "--message-rate 1.5",
                "--message-burst 0",
                "--max-connections 0",
                "--max-connections-per-address many"
            })
    void aFlagThatMakesNoSenseEndsWithTwoAndOneLine(String line) {
        assertThat(run(Map.of(), line.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://app:s3cret@host:port",
                "redis//app:s3cret@host",
                "redis://app:s3cret@host?password=s3cret&x",
                "redis://app:s3cret@host:99999",
                "redis://:s3cret@host?nonsense=1",
                "carrier-pigeon://app:s3cret@host"
            })
    void aMalformedLocatorIsShownInOneLineWithoutItsSecrets(String locator) {
        assertThat(run(Map.of(), "--broker", locator)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString())
                .startsWith("--broker (or CHAT_BROKER): ")
                .contains("host", "***")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({"--port,70000,0 to 65535", "--message-burst,0,1 to 1000000", "--allow-origin,a/b,scheme://host"})
    void theLineNamesTheFlagTheValueAndWhatIsAllowed(String flag, String value, String allowed) {
        run(Map.of(), flag, value);
        assertThat(err.toString()).contains(flag, value, allowed);
    }

    @Test
    void anEnvironmentVariableIsCheckedLikeItsFlagAndYieldsToIt() {
        assertThat(run(Map.of("CHAT_MESSAGE_RATE", "fast"))).isEqualTo(2);
        assertThat(err.toString()).contains("CHAT_MESSAGE_RATE", "fast");
        err.getBuffer().setLength(0);
        run(Map.of("CHAT_MESSAGE_RATE", "fast"), "--message-rate", "5", "--message-burst", "0");
        assertThat(err.toString()).contains("--message-burst").doesNotContain("fast");
    }

    @Test
    void helpNamesEveryFlag() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "--port",
                        "--bind",
                        "--broker",
                        "--node",
                        "--allow-origin",
                        "--message-rate",
                        "--message-burst",
                        "--max-connections",
                        "--max-connections-per-address",
                        "CHAT_");
    }

    @ParameterizedTest
    @CsvSource({
        "memory:,                                    memory:",
        "memory:NAME,                                memory:NAME",
        "redis://localhost:6379,                     redis://localhost:6379",
        "redis://user:secret@host:6379,              redis://user:***@host:6379",
        "redis://:secret@host,                       redis://:***@host",
        "redis://user:se/cr:et@x@host/1?secret=x,    redis://user:***@host/1",
        "redis://user@host,                          redis://user@host"
    })
    void secretsAreMasked(String locator, String shown) {
        assertThat(ChatMain.masked(locator)).isEqualTo(shown);
    }

    @Test
    void aPortThatIsTakenEndsWithOneAndOneLine() throws Exception {
        Process first = start("--port", "0");
        String port = ready(first).group(1);
        Process second = start("--port", port);
        assertThat(second.waitFor(ChatClient.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(second.errorReader().lines())
                .singleElement()
                .asString()
                .contains("cannot listen at 127.0.0.1:" + port + ":");
        end(first);
    }

    @Test
    void anAbsentRedisEndsWithOneAndOneLineThatNamesIt() throws Exception {
        Process process = start("--port", "0", "--broker", "redis://:secret@127.0.0.1:1");
        assertThat(failure(process)).contains("127.0.0.1:1").doesNotContain("secret");
    }

    @Test
    void aRefusedPasswordEndsWithOneAndOneLineThatNamesTheServer() throws Exception {
        try (RedisServer redis = RedisServer.start("--requirepass", "right")) {
            Process process = start("--port", "0", "--broker", "redis://:wrong@127.0.0.1:" + redis.port());
            assertThat(failure(process)).contains("127.0.0.1:" + redis.port()).doesNotContain("wrong");
        }
    }

    @Test
    void aSignalSendsEverybodyAwayAndEndsWithZero() throws Exception {
        Process process = start("--port", "0", "--node", "n1", "--broker", "memory:story");
        Matcher ready = ready(process);
        assertThat(ready.group(2)).isEqualTo("n1");
        assertThat(ready.group(3)).isEqualTo("memory:story");
        try (ChatClient ada =
                ChatClient.connect(Integer.parseInt(ready.group(1))).introduced("Ada", "a")) {
            ada.send("a", "c1", "hi");
            ada.await("ack");
            process.destroy();
            assertThat(ada.await("bye").path("code").asInt()).isEqualTo(1012);
            assertThat(ada.closeCode()).isEqualTo(1012);
        }
        end(process);
    }

    @Test
    void withoutClientsItEndsAtOnce() throws Exception {
        Process process = start("--port", "0");
        assertThat(ready(process).group(2)).startsWith("chat-");
        end(process);
    }

    private int run(Map<String, String> environment, String... flags) {
        return ChatMain.run(environment, new PrintWriter(out, true), new PrintWriter(err, true), flags);
    }

    private static Process start(String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it runs for a moment only
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ChatMain.class.getName()));
        command.addAll(List.of(flags));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("CHAT_"));
        return builder.start();
    }

    private static Matcher ready(Process process) throws IOException {
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        assertThat(line).as("first line of the output").isNotNull();
        Matcher ready = READY.matcher(line);
        assertThat(ready.matches()).as(line).isTrue();
        return ready;
    }

    /** The one line of a process that could not start. */
    private static String failure(Process process) throws InterruptedException {
        assertThat(process.waitFor(ChatClient.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(process.inputReader().lines()).isEmpty();
        List<String> lines = process.errorReader().lines().toList();
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
