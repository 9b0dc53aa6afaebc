package io.broker4j.redis.chaos;

import io.broker4j.testkit.Direction;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What may go wrong. Some faults last until they are ended, others are over at once. */
enum Fault {
    KILLED(
            true,
            false,
            (stage, step) -> stage.redis().kill(),
            stage -> stage.redis().restart()),
    STOPPED(
            true,
            true,
            (stage, step) -> stage.redis().pause(),
            stage -> stage.redis().resume()),
    CLIENTS_PAUSED(
            true,
            true,
            (stage, step) -> stage.redis()
                    .command("CLIENT", "PAUSE", Long.toString(step.length().toMillis()), "ALL"),
            stage -> {}),
    SUBSCRIBERS_KILLED((stage, step) -> stage.redis().command("CLIENT", "KILL", "TYPE", "pubsub")),
    PUBLISHERS_KILLED((stage, step) -> stage.redis().command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")),
    OUTPUT_LIMITED(
            true,
            false,
            (stage, step) -> Fault.limitOutput(stage, "1 0 0"),
            stage -> Fault.limitOutput(stage, "33554432 8388608 60")),
    NO_RIGHT_TO_PUBLISH(
            true, false, (stage, step) -> Fault.rights(stage, "-publish"), stage -> Fault.rights(stage, "+publish")),
    NO_CHANNELS(
            true,
            false,
            (stage, step) -> Fault.rights(stage, "resetchannels"),
            stage -> Fault.rights(stage, "allchannels")),
    FLUSHED((stage, step) -> stage.redis().command("FLUSHALL")),
    CUT(
            true,
            false,
            (stage, step) -> stage.proxy().cut(),
            stage -> stage.proxy().restore()),
    RESET((stage, step) -> stage.proxy().reset()),
    RESET_WHILE_CONNECTING((stage, step) -> {
        stage.proxy().cut();
        stage.proxy().cutAfter(Direction.TO_CLIENT, step.detail() % 1_000);
        stage.proxy().restore();
    }),
    RESET_IN_REPLY((stage, step) -> stage.proxy().cutAfter(Direction.TO_CLIENT, step.detail())),
    RESET_IN_REQUEST((stage, step) -> stage.proxy().cutAfter(Direction.TO_SERVER, step.detail())),
    RESET_BEFORE_REPLY((stage, step) -> stage.proxy().cutAfterRequest("PUBLISH")),
    STALLED_TO_CLIENT(
            true,
            true,
            (stage, step) -> stage.proxy().stall(Direction.TO_CLIENT),
            stage -> stage.proxy().unstall(Direction.TO_CLIENT)),
    STALLED_TO_SERVER(
            true,
            true,
            (stage, step) -> stage.proxy().stall(Direction.TO_SERVER),
            stage -> stage.proxy().unstall(Direction.TO_SERVER)),
    STALLED(
            true,
            true,
            (stage, step) -> stage.proxy().stall(Direction.BOTH),
            stage -> stage.proxy().unstall(Direction.BOTH)),
    DELAYED(
            true,
            true,
            (stage, step) -> stage.proxy().delay(Direction.BOTH, Duration.ofMillis(step.detail() % 300)),
            stage -> stage.proxy().delay(Direction.BOTH, Duration.ZERO)),
    BLACK_HOLE((stage, step) -> stage.proxy().blackHole());

    private final boolean lasts;
    private final boolean holds;
    private final BiConsumer<Stage, Script.Step> begin;
    private final Consumer<Stage> end;

    Fault(BiConsumer<Stage, Script.Step> begin) {
        this(false, false, begin, stage -> {});
    }

    Fault(boolean lasts, boolean holds, BiConsumer<Stage, Script.Step> begin, Consumer<Stage> end) {
        this.lasts = lasts;
        this.holds = holds;
        this.begin = begin;
        this.end = end;
    }

    boolean lasts() {
        return lasts;
    }

    /** Whether it holds back messages that are on their way, to let them go when it ends. */
    boolean holds() {
        return holds;
    }

    void begin(Stage stage, Script.Step step) {
        begin.accept(stage, step);
    }

    void end(Stage stage) {
        end.accept(stage);
    }

    private static void limitOutput(Stage stage, String limits) {
        stage.redis().command("CONFIG", "SET", "client-output-buffer-limit", "pubsub " + limits);
    }

    private static void rights(Stage stage, String rule) {
        stage.redis().command("ACL", "SETUSER", Stage.USER, rule);
    }
}
