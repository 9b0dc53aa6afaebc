package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.FanOutRun.Plan;
import io.broker4j.redis.chaos.FanOutRun.Result;
import java.time.Duration;

/**
 * Three subscribers to a durable topic, from {@code Start.now()}, and one publisher, of whose links one is cut every 300 ms for
 * {@code --seconds} (60), while the server is restarted {@code --restarts} (2) times; {@code --flush} deletes the log in the
 * middle; {@code --seed} (1). {@code --control no-poll|exclusive} has subscribers that must miss something; the second one
 * needs {@code --flush} for it.
 *
 * <p>Prints what was published and what each of them received. Exit status 1 if a promise was broken.
 */
final class FanOutMain {
    private FanOutMain() {}

    /** Runs it. */
    public static void main(String... args) throws InterruptedException {
        Options options = Options.of(args, "seconds", "restarts", "flush", "seed", "control");
        Plan plan = new Plan(
                Duration.ofSeconds(options.number("seconds", 60)),
                (int) options.number("restarts", 2),
                options.has("flush"),
                FanOutControl.named(options.text("control", "none")),
                options.number("seed", 1));
        System.out.println(plan);
        Result result = FanOutRun.run(plan);
        System.out.println(result.cuts() + " links cut; " + result.attempts() + " attempts, " + result.outcomes()
                + ", unanswered " + result.unanswered());
        System.out.println(Tally.HEADINGS);
        result.subscribers().forEach(tally -> System.out.println(tally.line()));
        System.out.println(result.isKept() ? "KEPT" : "BROKEN");
        if (plan.control() != FanOutControl.NONE) {
            System.out.println(
                    "control " + plan.control() + (result.isKept() ? " SHOULD BE RED" : " is red, as it should be"));
        }
        if (!result.isKept()) {
            System.exit(1);
        }
    }
}
