package io.broker4j.inmemory;

import io.broker4j.spi.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * What a medium that answers nothing has been sent, until it answers again or the publisher gives up: the engine cancels the
 * answer then. Its lock comes after that of {@link BadNetwork}.
 */
final class Stall {
    private record Sent(String topic, Frame frame) {}

    private final Map<CompletableFuture<Void>, Sent> unanswered = new LinkedHashMap<>(); // guarded by this

    CompletableFuture<Void> publish(String topic, Frame frame) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        synchronized (this) {
            unanswered.put(answer, new Sent(topic, frame));
        }
        answer.whenComplete((nothing, givenUp) -> forget(answer));
        return answer;
    }

    private synchronized void forget(CompletableFuture<Void> answer) {
        unanswered.remove(answer);
    }

    synchronized int unanswered() {
        return unanswered.size();
    }

    /** Carries out all that nobody gave up, and returns the answers, to be completed when no lock is held. */
    synchronized List<CompletableFuture<Void>> end(BiConsumer<String, Frame> deliver) {
        unanswered.values().forEach(sent -> deliver.accept(sent.topic, sent.frame));
        List<CompletableFuture<Void>> answers = new ArrayList<>(unanswered.keySet());
        unanswered.clear();
        return answers;
    }
}
