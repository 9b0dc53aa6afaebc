package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.ChaosRun.Plan;
import io.broker4j.redis.chaos.ChaosRun.Result;
import io.broker4j.redis.chaos.Talker.Load;
import io.broker4j.redis.chaos.Violation.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;

/**
 * The chaos runner. Options: {@code --seeds N} runs the seeds 1 to N, {@code --seed S} the script of one; {@code --seconds}
 * of faults for each; {@code --workers} besides this JVM; {@code --control replay|no-reconcile|no-probe} runs one negative
 * control instead of Broker4J, {@code --controls} all of them, and expects each to break a promise that shows what it lacks;
 * {@code --probe} as in a locator.
 *
 * <p>Prints a line of figures for each seed, and the first violations with their lines of the history. Exit status 1 if a
 * promise was broken, or with {@code --controls} if none was.
 */
final class ChaosMain {
    private static final int SHOWN_OF_A_KIND = 2;

    private final Map<String, String> options;

    private ChaosMain(Map<String, String> options) {
        this.options = options;
    }

    /** Runs it. */
    public static void main(String... args) throws IOException, InterruptedException {
        Logger.getLogger("io.lettuce").setLevel(Level.OFF);
        Logger.getLogger("io.broker4j").setLevel(Level.OFF);
        ChaosMain main = new ChaosMain(options(args));
        boolean asExpected =
                main.options.containsKey("controls") ? main.controlsAreRed() : main.isGreen(main.control());
        if (!asExpected) {
            System.exit(1);
        }
    }

    private static Map<String, String> options(String... args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            boolean hasValue = i + 1 < args.length && !args[i + 1].startsWith("--");
            options.put(args[i].replaceFirst("^--", ""), hasValue ? args[++i] : "");
        }
        Set<String> known = Set.of("seeds", "seed", "seconds", "workers", "control", "controls", "probe");
        if (!known.containsAll(options.keySet())) {
            throw new IllegalArgumentException("options are " + options.keySet() + ", known are " + known);
        }
        return options;
    }

    private Control control() {
        return Control.named(options.getOrDefault("control", "none"));
    }

    private boolean controlsAreRed() throws IOException, InterruptedException {
        boolean allRed = true;
        for (Control control : List.of(Control.REPLAY, Control.NO_RECONCILE, Control.NO_PROBE)) {
            Set<Kind> found = run(control).violations().keySet();
            boolean red = found.stream().anyMatch(control.symptoms()::contains);
            System.out.println(control
                    + (red ? " is red, as it should be: " : " SHOULD BE RED by " + control.symptoms() + ", is: ")
                    + found + "\n");
            allRed &= red;
        }
        return allRed;
    }

    private boolean isGreen(Control control) throws IOException, InterruptedException {
        return run(control).isGreen();
    }

    private Figures run(Control control) throws IOException, InterruptedException {
        Duration length = Duration.ofSeconds(number("seconds", 30));
        String parameters = options.containsKey("probe") ? "?probe=" + options.get("probe") : "";
        System.out.println((control == Control.NONE ? "Broker4J" : "control " + control) + ", " + length.toSeconds()
                + " s of faults for each seed\n" + Figures.HEADINGS);
        Figures total = Figures.NONE;
        for (long seed : seeds()) {
            Result result =
                    ChaosRun.run(new Plan(seed, length, (int) number("workers", 2), control, Load.NORMAL, parameters));
            System.out.println(result.figures().line(Long.toString(seed)));
            show(result);
            total = total.plus(result.figures());
        }
        System.out.println(total.line("total"));
        return total;
    }

    private long[] seeds() {
        return options.containsKey("seed")
                ? new long[] {number("seed", 1)}
                : LongStream.rangeClosed(1, number("seeds", 1)).toArray();
    }

    private long number(String option, long otherwise) {
        return options.containsKey(option) ? Long.parseLong(options.get(option)) : otherwise;
    }

    private static void show(Result result) {
        for (Kind kind : Kind.values()) {
            result.verdict().violations().stream()
                    .filter(violation -> violation.kind() == kind)
                    .limit(SHOWN_OF_A_KIND)
                    .forEach(violation ->
                            System.out.println(violation.shown(result.history().origin())));
        }
    }
}
