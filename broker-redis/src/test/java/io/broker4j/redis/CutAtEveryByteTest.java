package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.PublishException;
import io.broker4j.testkit.Direction;
import io.broker4j.testkit.TcpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The connection is cut after each byte of a request, of a reply and of a message: what the publisher and the subscriber are
 * told, and whether it is true, for every place of the cut.
 */
class CutAtEveryByteTest {
    private static final String PUBLISH = "*3\r\n$7\r\nPUBLISH\r\n$5\r\nb4j:t\r\n$4\r\nlost\r\n";
    private static final String PUBLISHED = ":1\r\n";
    private static final String CONFIRMATION = ">3\r\n$9\r\nsubscribe\r\n$5\r\nb4j:t\r\n:2\r\n";
    private static final String MESSAGE = ">3\r\n$7\r\nmessage\r\n$5\r\nb4j:t\r\n$4\r\nlost\r\n";

    private static RestrictedRedis redis;
    private static Transports direct;

    @BeforeAll
    static void start() {
        redis = RestrictedRedis.start();
        direct = Transports.open(redis.uri());
    }

    @AfterAll
    static void stop() {
        direct.close();
        redis.close();
    }

    /** A transport behind a proxy of its own, and one that sees what really happened. */
    private static final class Case implements AutoCloseable {
        final TcpProxy proxy = TcpProxy.to(redis.port());
        final Transports cut = Transports.open(RestrictedRedis.uri(proxy));

        /** The lines that are about the topic. */
        String heard() {
            return String.join(
                    ", ",
                    cut.recorder.lines().stream()
                            .filter(line -> !line.contains("zero"))
                            .map(line -> line.replace("t|t|", "").replace("renewed t", "gap"))
                            .toList());
        }

        @Override
        public void close() {
            cut.close();
            proxy.close();
        }
    }

    private static String publish(Direction direction, int offset) {
        try (Case it = new Case();
                Transports witness = Transports.open(redis.uri())) {
            witness.subscribed("t");
            it.proxy.cutAfter(direction, offset);
            String outcome = it.cut
                    .publish("t", "lost")
                    .handle((done, failure) -> failure == null
                            ? "OK"
                            : ((PublishException) failure).outcome().toString())
                    .join();
            Recorder.eventually()
                    .until(() -> it.cut
                            .publish("t", "next")
                            .handle((done, failure) -> failure == null)
                            .join());
            witness.recorder.awaitLines("t|t|next");
            return outcome + ", executed " + witness.recorder.count("t|t|lost");
        }
    }

    private static String subscribe(int offset) {
        try (Case it = new Case()) {
            it.cut.subscribed("zero");
            it.proxy.cutAfter(Direction.TO_CLIENT, offset);
            CompletableFuture<Void> live = it.cut.subscribe("t");
            it.cut.recorder.awaitLines("renewed zero");
            Transports.get(live);
            // Once it was confirmed, the confirmation on the new link is a gap, which may come after that of the other.
            it.cut.subscribed("last");
            direct.published("t", "next");
            it.cut.recorder.awaitLines("t|t|next");
            return it.heard();
        }
    }

    private static String message(int offset) {
        try (Case it = new Case()) {
            it.cut.subscribed("t");
            it.proxy.cutAfter(Direction.TO_CLIENT, offset);
            direct.published("t", "lost");
            it.cut.recorder.awaitLines("renewed t");
            direct.published("t", "next");
            it.cut.recorder.awaitLines("t|t|next");
            return it.heard();
        }
    }

    /** What happens when so many bytes have passed, from none to all; equal neighbours are one line. */
    private static List<String> table(String bytes, IntFunction<String> outcome) {
        int length = bytes.length();
        List<String> outcomes =
                IntStream.rangeClosed(0, length).mapToObj(outcome).toList();
        List<String> table = new ArrayList<>();
        int first = 0;
        for (int passed = 0; passed <= length; passed++) {
            if (passed == length || !outcomes.get(passed).equals(outcomes.get(passed + 1))) {
                table.add(first + " to " + passed + " of " + length + ": " + outcomes.get(passed));
                first = passed + 1;
            }
        }
        return table;
    }

    @Test
    void aPublishIsExecutedOnceItsLastByteIsThereAndUnknownWhereverItIsCut() {
        assertThat(table(PUBLISH, offset -> publish(Direction.TO_SERVER, offset)))
                .containsExactly("0 to 37 of 38: UNKNOWN, executed 0", "38 to 38 of 38: UNKNOWN, executed 1");
    }

    @Test
    void aPublishIsDoneOnceTheLastByteOfItsReplyIsThereAndUnknownBefore() {
        assertThat(table(PUBLISHED, offset -> publish(Direction.TO_CLIENT, offset)))
                .containsExactly("0 to 3 of 4: UNKNOWN, executed 1", "4 to 4 of 4: OK, executed 1");
    }

    @Test
    void aSubscriptionIsLiveInTheEndAndToldOfAGapIfItWasConfirmedBefore() {
        assertThat(table(CONFIRMATION, CutAtEveryByteTest::subscribe))
                .containsExactly("0 to 33 of 34: next", "34 to 34 of 34: gap, next");
    }

    @Test
    void aMessageIsDeliveredOnceItsLastByteIsThereAndWhatIsMissingIsAGapBeforeTheNext() {
        assertThat(table(MESSAGE, CutAtEveryByteTest::message))
                .containsExactly("0 to 37 of 38: gap, next", "38 to 38 of 38: lost, gap, next");
    }
}
