package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Gap;
import io.broker4j.Retention;
import io.broker4j.Topic;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** One publisher and three subscribers whose links are cut again and again, at a server that is restarted, or flushed. */
final class FanOutRun {
    private static final int FOLLOWERS = 3;
    private static final Topic<String> TOPIC = Topic.text("fanout").durable(Retention.count(1_000_000));
    private static final Duration PERIOD = Duration.ofMillis(2);
    private static final Duration BETWEEN_CUTS = Duration.ofMillis(300);
    /** How long is published when all faults are over. */
    private static final Duration CALM = Duration.ofSeconds(1);

    private static final Duration HEAL_LIMIT = Duration.ofSeconds(10);

    /**
     * What to do.
     *
     * @param length of the time of faults
     * @param restarts of the server, which are spread over that time
     * @param flushed whether the log is deleted in the middle
     * @param seed of which links are cut
     */
    record Plan(Duration length, int restarts, boolean flushed, FanOutControl control, long seed) {

        private List<Gap.Reason> expectedGaps() {
            return flushed ? List.of(Gap.Reason.RESET) : List.of();
        }
    }

    /**
     * What was seen.
     *
     * @param unanswered publishes whose future did not complete, or not as promised
     * @param subscribers one for each
     */
    record Result(
            Plan plan,
            int cuts,
            long attempts,
            Map<Outcome, Integer> outcomes,
            long unanswered,
            List<Tally> subscribers) {

        boolean isKept() {
            return unanswered == 0 && subscribers.stream().allMatch(tally -> tally.isKept(plan.expectedGaps()));
        }
    }

    private final Plan plan;
    private final RedisServer redis;
    private final SplittableRandom random;
    private int cuts;
    /** The first message that was published when the log had been flushed. */
    private long safe = 1;

    private FanOutRun(Plan plan, RedisServer redis) {
        this.plan = plan;
        this.redis = redis;
        random = new SplittableRandom(plan.seed());
    }

    /** Runs one. */
    static Result run(Plan plan) throws InterruptedException {
        try (RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
            List<Follower> followers = new ArrayList<>();
            try (Broker broker = Broker.open(redis.uri());
                    Announcer announcer = new Announcer("publisher", broker, TOPIC)) {
                for (int i = 0; i < FOLLOWERS; i++) {
                    followers.add(new Follower(plan.control().open(redis.uri()), TOPIC));
                }
                return new FanOutRun(plan, redis).run(announcer, followers);
            } finally {
                followers.forEach(Follower::close);
            }
        }
    }

    private Result run(Announcer announcer, List<Follower> followers) throws InterruptedException {
        announcer.start(PERIOD);
        disturb(announcer);
        long calm = announcer.attempts() + 1;
        Waiting.until(HEAL_LIMIT, () -> announcer.lastAcknowledged() >= calm);
        Waiting.pass(CALM);
        announcer.stop();
        long last = announcer.lastAcknowledged();
        Waiting.until(HEAL_LIMIT, () -> followers.stream().allMatch(follower -> follower.hasReached(last)));
        return result(announcer, followers);
    }

    private Result result(Announcer announcer, List<Follower> followers) {
        Map<Outcome, Set<Long>> outcomes = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    announcer.with(outcome).stream().map(MessageId::number).collect(Collectors.toSet()));
        }
        List<Tally> tallies = followers.stream()
                .map(follower -> Tally.of(follower.calls(), outcomes, safe))
                .toList();
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        outcomes.forEach((outcome, numbers) -> counts.put(outcome, numbers.size()));
        return new Result(plan, cuts, announcer.attempts(), counts, announcer.unanswered(), tallies);
    }

    private void disturb(Announcer announcer) {
        int ticks = (int) (plan.length().toNanos() / BETWEEN_CUTS.toNanos());
        for (int tick = 1; tick <= ticks; tick++) {
            Waiting.pass(BETWEEN_CUTS);
            cutOne();
            if (isRestartDue(tick, ticks)) {
                redis.restart();
            }
            if (plan.flushed() && tick == ticks / 2) {
                redis.command("FLUSHALL");
                safe = announcer.attempts() + 1;
            }
        }
    }

    /** Between as many equal parts of the time as it takes. */
    private boolean isRestartDue(int tick, int ticks) {
        int parts = plan.restarts() + 1;
        return tick < ticks && tick * parts / ticks > (tick - 1) * parts / ticks;
    }

    /** One of the links that brokers have now, of whichever broker and for whatever purpose. */
    private void cutOne() {
        List<String> links = redis.command("CLIENT", "LIST")
                .lines()
                .filter(link -> link.contains(" name=broker4j-"))
                .toList();
        if (!links.isEmpty()) {
            String link = links.get(random.nextInt(links.size()));
            redis.command("CLIENT", "KILL", "ID", link.replaceFirst("id=([0-9]+) .*", "$1"));
            cuts++;
        }
    }
}
