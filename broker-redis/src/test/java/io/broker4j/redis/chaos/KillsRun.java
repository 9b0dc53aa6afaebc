package io.broker4j.redis.chaos;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.Topic;
import io.broker4j.redis.chaos.Entry.Outcome;
import io.broker4j.redis.chaos.GroupMember.Acknowledges;
import io.broker4j.redis.chaos.MemberProcess.Handled;
import io.broker4j.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Two publishers, and a group of three whose members are killed one after another, each in the middle of its work. The last
 * three are not replaced, and one of them survives.
 */
final class KillsRun {
    private static final int MEMBERS = 3;
    private static final String MEMBER = ChaosRun.PATIENT + "&subscribeTimeout=1m&lease=1s";
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final int LONGEST_LIFE_MILLIS = 500;
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);
    private static final String KEY = "b4j:" + GroupMember.TOPIC.name();
    private static final Topic<String> DEAD = Topic.text("dead." + GroupMember.GROUP + "." + GroupMember.TOPIC.name())
            .durable(GroupMember.TOPIC.retention().orElseThrow());
    private static final int MOST_DEAD = 1_000;
    private static final String NONE = "0";

    /**
     * What to do.
     *
     * @param seed of who is killed, and how long after its first message
     */
    record Plan(int kills, long seed, Acknowledges acknowledges) {}

    /**
     * What was seen.
     *
     * @param handled how many messages were, once or more often
     * @param redelivered how many deliveries that were handled had been begun by another member or an earlier attempt
     * @param lost acknowledged to their publisher, and neither handled nor a dead letter
     * @param pending what the server says at the end: how many a member was given and has not acknowledged
     * @param undelivered what the server says at the end: how many no member was given
     */
    record Result(
            long attempts,
            long acknowledged,
            long handled,
            long duplicates,
            long redelivered,
            long deadLettered,
            long lost,
            String pending,
            String undelivered) {

        boolean isKept() {
            return lost == 0 && pending.equals(NONE) && undelivered.equals(NONE);
        }

        @Override
        public String toString() {
            return "attempts " + attempts + ", acknowledged " + acknowledged + ", handled " + handled + ", duplicates "
                    + duplicates + ", redelivered " + redelivered + ", dead-lettered " + deadLettered + ", lost = "
                    + lost + "; left: pending " + pending + ", undelivered " + undelivered;
        }
    }

    private final Plan plan;
    private final Path directory;
    private final RedisServer redis;
    private final SplittableRandom random;
    private final List<MemberProcess> members = new ArrayList<>();
    private final List<MemberProcess> alive = new ArrayList<>();

    private KillsRun(Plan plan, Path directory, RedisServer redis) {
        this.plan = plan;
        this.directory = directory;
        this.redis = redis;
        random = new SplittableRandom(plan.seed());
    }

    /**
     * Runs one.
     *
     * @param observer told how many members have been killed, after each
     */
    static Result run(Plan plan, IntConsumer observer) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create();
                RedisServer redis = RedisServer.start()) {
            KillsRun run = new KillsRun(plan, scratch.directory(), redis);
            try (Broker one = Broker.open(redis.uri());
                    Broker two = Broker.open(redis.uri());
                    Announcer first = new Announcer("one", one, GroupMember.TOPIC);
                    Announcer second = new Announcer("two", two, GroupMember.TOPIC)) {
                List<Announcer> publishers = List.of(first, second);
                run.kill(publishers, observer);
                return run.result(publishers, buried(one));
            } finally {
                run.members.forEach(MemberProcess::kill);
            }
        }
    }

    private void kill(List<Announcer> publishers, IntConsumer observer) throws InterruptedException {
        publishers.forEach(publisher -> publisher.start(PERIOD));
        for (int i = 0; i < MEMBERS; i++) {
            startMember();
        }
        for (int killed = 1; killed <= plan.kills(); killed++) {
            if (members.size() <= plan.kills()) {
                startMember(); // it comes to life while others work
            }
            killMember();
            observer.accept(killed);
        }
        for (Announcer publisher : publishers) {
            publisher.stop();
        }
        Waiting.until(DRAIN_LIMIT, this::nothingIsLeft);
        alive.forEach(MemberProcess::stop);
    }

    private void startMember() {
        String name = "member-" + members.size();
        MemberProcess member = MemberProcess.start(name, directory, plan.acknowledges(), redis.uri() + MEMBER);
        members.add(member);
        alive.add(member);
    }

    private void killMember() {
        MemberProcess victim = alive.remove(random.nextInt(alive.size()));
        victim.awaitWork();
        Waiting.pass(Duration.ofMillis(random.nextInt(LONGEST_LIFE_MILLIS)));
        victim.kill();
    }

    /** From one answer: what is not delivered yet may be pending a moment later. */
    private boolean nothingIsLeft() {
        List<String> told = told();
        return field("pending", told).equals(NONE) && field("lag", told).equals(NONE);
    }

    /** What the server tells about the group. */
    private List<String> told() {
        return redis.command("XINFO", "GROUPS", KEY).lines().toList();
    }

    private static String field(String name, List<String> told) {
        return told.get(told.indexOf(name) + 1);
    }

    private static Set<MessageId> buried(Broker broker) {
        return broker.history(DEAD, MOST_DEAD).join().messages().stream()
                .map(Message::payload)
                .map(MessageId::parse)
                .collect(Collectors.toSet());
    }

    private Result result(List<Announcer> publishers, Set<MessageId> buried) {
        List<String> told = told();
        List<Handled> deliveries =
                members.stream().flatMap(member -> member.handled().stream()).toList();
        Set<MessageId> handled = deliveries.stream().map(Handled::message).collect(Collectors.toSet());
        Set<MessageId> acknowledged = publishers.stream()
                .flatMap(publisher -> publisher.with(Outcome.OK).stream())
                .collect(Collectors.toSet());
        Set<MessageId> lost = new HashSet<>(acknowledged);
        lost.removeAll(handled);
        lost.removeAll(buried);
        return new Result(
                publishers.stream().mapToLong(Announcer::attempts).sum(),
                acknowledged.size(),
                handled.size(),
                deliveries.size() - handled.size(),
                deliveries.stream().filter(delivery -> delivery.attempt() > 1).count(),
                buried.size(),
                lost.size(),
                field("pending", told),
                field("lag", told));
    }
}
