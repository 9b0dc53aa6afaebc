package io.broker4j.redis.chaos;

import io.broker4j.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A {@link WorkQueueRun} in memory and at a Redis server started for it: while one member of a group is busy with a long job,
 * another does the jobs behind it. Prints when each job began and ended. Exit status 1 if jobs wait for the long one.
 */
final class WorkQueueMain {
    private WorkQueueMain() {}

    /** Runs it. */
    public static void main(String... args) throws InterruptedException {
        Options.of(args);
        boolean isKept = run("memory", "memory:workqueue");
        try (RedisServer redis = RedisServer.start()) {
            isKept &= run("redis", redis.uri());
        }
        System.exit(isKept ? 0 : 1);
    }

    private static boolean run(String medium, String locator) throws InterruptedException {
        List<WorkQueueRun.Job> jobs = new ArrayList<>(WorkQueueRun.run(locator));
        for (WorkQueueRun.Job job : jobs) {
            System.out.printf(
                    Locale.ROOT,
                    "%-6s job %2d: delivery %d to member %d, from %5.2f s to %5.2f s%n",
                    medium,
                    job.number(),
                    job.attempt(),
                    job.member(),
                    job.began(),
                    job.ended());
        }
        boolean isKept = WorkQueueRun.isKept(jobs);
        System.out.printf("%-6s %s%n", medium, isKept ? "kept" : "BROKEN");
        return isKept;
    }
}
