package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.GroupMember.Acknowledges;
import io.broker4j.redis.chaos.KillsRun.Plan;
import io.broker4j.redis.chaos.KillsRun.Result;
import java.io.IOException;

/**
 * Members of a group that are killed with {@code SIGKILL} in the middle of their work: {@code --kills} (200) of them, with
 * {@code --seed} (1), while two brokers publish. {@code --control ack-first} has members acknowledge before they have handled,
 * which must lose messages.
 *
 * <p>Prints what became of the messages. Exit status 1 if a promise was broken.
 */
final class KillsMain {
    private static final int REPORT_EVERY = 20;

    private KillsMain() {}

    /** Runs it. */
    public static void main(String... args) throws IOException, InterruptedException {
        Options options = Options.of(args, "kills", "seed", "control");
        Acknowledges acknowledges = acknowledging(options.text("control", "none"));
        Plan plan = new Plan((int) options.number("kills", 200), options.number("seed", 1), acknowledges);
        System.out.println(plan);
        Timeline timeline = new Timeline(System.out);
        Result result = KillsRun.run(plan, killed -> {
            if (killed % REPORT_EVERY == 0) {
                timeline.add("killed", Integer.toString(killed));
            }
        });
        System.out.println(result);
        System.out.println(result.isKept() ? "KEPT" : "BROKEN");
        if (acknowledges == Acknowledges.FIRST) {
            System.out.println(
                    "control ack-first " + (result.lost() > 0 ? "is red, as it should be" : "SHOULD BE RED"));
        }
        if (!result.isKept()) {
            System.exit(1);
        }
    }

    private static Acknowledges acknowledging(String control) {
        return switch (control) {
            case "none" -> Acknowledges.AFTERWARDS;
            case "ack-first" -> Acknowledges.FIRST;
            default -> throw new IllegalArgumentException("control is " + control + ", must be ack-first");
        };
    }
}
