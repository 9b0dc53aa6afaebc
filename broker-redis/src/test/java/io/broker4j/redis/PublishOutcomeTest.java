package io.broker4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.broker4j.Health.Status;
import io.broker4j.PublishException;
import io.broker4j.PublishException.Outcome;
import io.broker4j.testkit.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PublishOutcomeTest extends DirectAndProxied {
    @Override
    RestrictedRedis startServer() {
        return RestrictedRedis.start();
    }

    private static Outcome outcome(CompletableFuture<Void> publish) {
        return ((PublishException) Transports.failure(publish)).outcome();
    }

    @Test
    void whileDisconnectedAPublishFailsAtOnceAsNotSentAndIsNotSentLater() {
        direct.subscribed("t");
        proxy.cut();
        await().atMost(Recorder.GENEROUS).until(() -> proxied.transport.health().publishing() == Status.DOWN);
        CompletableFuture<Void> refused = proxied.publish("t", "lost");
        assertThat(refused).isCompletedExceptionally();
        assertThat(outcome(refused)).isEqualTo(Outcome.NOT_SENT);
        proxy.restore();
        await().atMost(Recorder.GENEROUS).until(() -> proxied.transport.health().publishing() == Status.UP);
        proxied.published("t", "sent");
        direct.recorder.awaitLines("t|t|sent");
        assertThat(direct.recorder.lines()).containsExactly("t|t|sent");
    }

    @Test
    void aReplyThatIsCutIsUnknownAndTheMessageIsExecutedOnce() {
        direct.subscribed("t");
        proxy.cutAfterRequest("PUBLISH");
        assertThat(outcome(proxied.publish("t", "once"))).isEqualTo(Outcome.UNKNOWN);
        await().atMost(Recorder.GENEROUS).until(() -> proxied.transport.health().publishing() == Status.UP);
        proxied.published("t", "next");
        direct.recorder.awaitLines("t|t|next");
        assertThat(direct.recorder.lines()).containsExactly("t|t|once", "t|t|next");
    }

    @Test
    void givingUpOnAPublishReplacesTheConnectionAndEndsTheOthersOnItAsUnknown() {
        direct.subscribed("t");
        proxy.stall(Direction.TO_CLIENT);
        CompletableFuture<Void> given = proxied.publish("t", "1");
        CompletableFuture<Void> other = proxied.publish("t", "2");
        direct.recorder.awaitLines("t|t|1", "t|t|2");
        given.cancel(false);
        assertThat(outcome(other)).isEqualTo(Outcome.UNKNOWN);
        proxy.unstall(Direction.TO_CLIENT);
        await().atMost(Recorder.GENEROUS)
                .until(() -> proxied.publish("t", "3")
                        .handle((ok, failed) -> failed == null)
                        .join());
    }

    @Test
    void whatWasStillInABufferWhenGivenUpIsNeverSent() {
        direct.subscribed("t", "small");
        redis.pause();
        String large = "x".repeat(256 * 1024);
        List<CompletableFuture<Void>> stuck = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            stuck.add(proxied.publish("t", large));
        }
        stuck.get(0).cancel(false);
        stuck.subList(1, stuck.size())
                .forEach(each -> assertThat(outcome(each)).isIn(Outcome.UNKNOWN, Outcome.NOT_SENT));
        redis.resume();
        await().atMost(Recorder.GENEROUS)
                .until(() -> proxied.publish("small", "done")
                        .handle((ok, failed) -> failed == null)
                        .join());
        direct.recorder.awaitLines("small|small|done");
        assertThat(direct.recorder.lines()).hasSizeLessThan(150);
    }

    @Test
    void closingEndsPublishesUnderWayAsUnknown() {
        direct.subscribed("t");
        proxy.stall(Direction.TO_CLIENT);
        CompletableFuture<Void> waiting = proxied.publish("t", "1");
        direct.recorder.awaitLines("t|t|1");
        proxied.close();
        assertThat(outcome(waiting)).isEqualTo(Outcome.UNKNOWN);
        assertThat(outcome(proxied.publish("t", "2"))).isEqualTo(Outcome.NOT_SENT);
    }

    @Test
    void everyPublishAroundAnInterruptionEndsAndWhatWasReceivedWasNotReportedAsNotSent() {
        direct.subscribed("t");
        List<CompletableFuture<Void>> publishes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            publishes.add(proxied.publish("t", Integer.toString(i)));
            if (i == 10_000) {
                proxy.reset();
            }
            if (i % 500 == 0) {
                publishes.get(i).handle((ok, failed) -> failed).join();
            }
        }
        await().atMost(Recorder.GENEROUS).until(() -> publishes.stream().allMatch(CompletableFuture::isDone));
        await().atMost(Recorder.GENEROUS).until(() -> proxied.transport.health().publishing() == Status.UP);
        proxied.published("t", "end");
        direct.recorder.awaitLines("t|t|end");
        List<String> lines = direct.recorder.lines();
        Set<String> received = Set.copyOf(lines);
        assertThat(lines).hasSameSizeAs(received);
        for (int i = 0; i < publishes.size(); i++) {
            CompletableFuture<Void> publish = publishes.get(i);
            boolean failed = publish.isCompletedExceptionally();
            if (!failed || outcome(publish) == Outcome.NOT_SENT) {
                assertThat(received.contains("t|t|" + i)).isEqualTo(!failed);
            }
        }
    }
}
