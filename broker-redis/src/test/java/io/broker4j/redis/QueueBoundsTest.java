package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.spi.Locator;
import io.broker4j.spi.Log;
import io.broker4j.testkit.ScriptedServer;
import io.broker4j.testkit.ScriptedServer.Reply;
import io.broker4j.testkit.ScriptedServer.Request;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many commands each link holds, and that nobody is refused for it. */
class QueueBoundsTest {
    /** To XINFO, from a server that has no such log. */
    private static final String NO_LOG = "-ERR no such key\r\n";

    private final ScriptedServer server = ScriptedServer.start();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void eachLinkHoldsWhatItsUseNeeds() {
        LettuceClient client = LettuceClient.over(RedisOptions.from(Locator.parse(server.uri())));
        SubscribeLink.Events ignored = new SubscribeLink.Events() {
            @Override
            public void message(String name, byte[] channel, byte[] body) {}

            @Override
            public void subscribed(SubscribeLink link, String name) {}

            @Override
            public void unsubscribed(SubscribeLink link, String name) {}

            @Override
            public void refused(SubscribeLink link, ChannelState channel, String reply) {}
        };
        assertHolds(30_100, Transports.get(client.openPublishLink()));
        assertHolds(1_100, Transports.get(client.openReadLink()));
        assertHolds(600, Transports.get(client.openSubscribeLink(ignored)));
        assertHolds(30_100, Transports.get(client.openPublishLink()));
        client.close(Duration.ofSeconds(5));
    }

    private static void assertHolds(int size, Link link) {
        List<AsyncCommand<byte[], byte[], String>> tooMany = pings(size + 1);
        link.write(List.copyOf(tooMany));
        assertThat(Transports.failure(tooMany.get(0).toCompletableFuture()))
                .hasMessageContaining("size exceeded: " + size + ".");
    }

    private static List<AsyncCommand<byte[], byte[], String>> pings(int count) {
        return Stream.generate(() -> new AsyncCommand<>(new Command<byte[], byte[], String>(
                        CommandType.PING, new StatusOutput<>(ByteArrayCodec.INSTANCE))))
                .limit(count)
                .toList();
    }

    @Test
    void readsBeyondTheBoundWaitForTheirTurn() {
        int readers = 3 * ConnectionSettings.MOST_READS;
        try (Transports transport = Transports.open(server.uri())) {
            server.on("XINFO", Reply.of(NO_LOG));
            Transports.get(Logs.of(transport).info("first"));
            server.on("XINFO", Reply.NONE);
            List<CompletableFuture<Log.Info>> reads = IntStream.range(0, readers)
                    .mapToObj(number -> Logs.of(transport).info("t" + number))
                    .toList();
            awaitReads(ConnectionSettings.MOST_READS);
            server.send(asked().get(0).connection(), NO_LOG);
            awaitReads(ConnectionSettings.MOST_READS + 1);
            server.on("XINFO", Reply.of(NO_LOG));
            server.send(asked().get(0).connection(), NO_LOG.repeat(ConnectionSettings.MOST_READS));
            reads.forEach(read -> assertThat(Transports.get(read).length()).isZero());
            assertThat(asked().stream().map(request -> request.words().get(2)))
                    .containsExactlyElementsOf(IntStream.range(0, readers)
                            .mapToObj(number -> "b4j:t" + number)
                            .toList());
            assertThat(transport.recorder.kinds()).containsExactly("Connected");
        }
    }

    private void awaitReads(int count) {
        Recorder.eventually().untilAsserted(() -> assertThat(asked()).hasSize(count));
    }

    private List<Request> asked() {
        return server.requests().stream()
                .filter(request -> request.command().equals("XINFO")
                        && !request.words().get(2).equals("b4j:first"))
                .toList();
    }
}
