package io.broker4j.redis.chaos;

import io.broker4j.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A slow subscriber with a small heap, see {@link SlowRun}: on a durable topic it gets all, in order; on a live one the counts of
 * its overflow gaps add up to exactly what is missing; and memory is flat. {@code --broker} ({@code memory:}) says where,
 * {@code --redis} is a server started for it; {@code --heap} (64m). Exit status 1 if a promise is broken.
 */
final class SlowMain {
    private SlowMain() {}

    /** Runs it. */
    public static void main(String... args) throws IOException, InterruptedException {
        Options options = Options.of(args, SlowRun.BROKER, "redis", "heap");
        String heap = options.text("heap", "64m");
        int status;
        if (options.has("redis")) {
            try (RedisServer redis = RedisServer.start()) {
                status = run(heap, redis.uri());
            }
        } else {
            status = run(heap, options.text(SlowRun.BROKER, "memory:"));
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int run(String heap, String locator) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        ClassPath.current(),
                        SlowRun.class.getName(),
                        "--" + SlowRun.BROKER,
                        locator)
                .inheritIO()
                .start();
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }
}
