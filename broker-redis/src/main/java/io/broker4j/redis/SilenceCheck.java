package io.broker4j.redis;

import java.time.Duration;

/**
 * Ends a silent link. If nothing has arrived for 5 s, asks the server for a reply; an error reply
 * counts too. Confined to the thread of {@link Tasks}.
 */
final class SilenceCheck {
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration LIMIT = ConnectionSettings.COMMAND_TIMEOUT;

    private final Link link;
    private final Tasks tasks;

    SilenceCheck(Link link, Tasks tasks) {
        this.link = link;
        this.tasks = tasks;
    }

    /** Begins; ends when the link is closed. */
    void start() {
        tasks.runLater(this::look, IDLE);
    }

    private void look() {
        if (!link.isOpen()) {
            return;
        }
        Duration left = IDLE.minus(link.silence());
        if (left.isNegative() || left.isZero()) {
            long asked = System.nanoTime();
            link.ping();
            link.judgeLater(() -> judge(asked), LIMIT, tasks);
        } else {
            tasks.runLater(this::look, left);
        }
    }

    private void judge(long asked) {
        if (link.silence().toNanos() >= System.nanoTime() - asked) {
            link.abort("no answer to PING within " + LIMIT.toSeconds() + " s");
        }
        look();
    }
}
