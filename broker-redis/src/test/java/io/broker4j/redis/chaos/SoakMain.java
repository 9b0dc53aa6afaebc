package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.ChaosRun.Plan;
import io.broker4j.redis.chaos.SoakRun.Result;
import io.broker4j.redis.chaos.Talker.Load;
import java.io.IOException;
import java.time.Duration;

/**
 * The long soak: {@code --minutes} (60) of faults with a heap of 128 MiB, {@code --seed} (1). Prints what is used every
 * 30 s. Exit status 1 if it did not heal in the end; ends with an exception if the heap was not enough.
 */
final class SoakMain {
    private SoakMain() {}

    /** Runs it. */
    public static void main(String... args) throws IOException, InterruptedException {
        Options options = Options.of(args, "minutes", "seed");
        Plan plan = new Plan(
                options.number("seed", 1),
                Duration.ofMinutes(options.number("minutes", 60)),
                1,
                Control.NONE,
                Load.HEAVY,
                ChaosRun.PATIENT);
        Result result = SoakRun.run(plan, "128m", Duration.ofSeconds(30), System.out::println);
        System.out.println("after close: " + new SoakRun.Sample(plan.length(), result.after()));
        if (!result.healed()) {
            System.out.println("NOT HEALED");
            System.exit(1);
        }
    }
}
