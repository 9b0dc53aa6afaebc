package io.broker4j.redis.chaos;

import io.broker4j.redis.chaos.ChaosRun.Plan;
import io.broker4j.redis.chaos.ChaosRun.Result;
import io.broker4j.redis.chaos.Talker.Load;
import io.broker4j.redis.chaos.Violation.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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

    private final Options options;

    private ChaosMain(Options options) {
        this.options = options;
    }

    /** Runs it. */
    public static void main(String... args) throws IOException, InterruptedException {
        ChaosMain main =
                new ChaosMain(Options.of(args, "seeds", "seed", "seconds", "workers", "control", "controls", "probe"));
        boolean asExpected = main.options.has("controls")
                ? main.controlsAreRed()
                : main.run(main.control()).isGreen();
        if (!asExpected) {
            System.exit(1);
        }
    }

    private Control control() {
        return Control.named(options.text("control", "none"));
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

    private Figures run(Control control) throws IOException, InterruptedException {
        Duration length = Duration.ofSeconds(options.number("seconds", 30));
        String parameters = ChaosRun.PATIENT + (options.has("probe") ? "&probe=" + options.text("probe", "") : "");
        System.out.println((control == Control.NONE ? "Broker4J" : "control " + control) + ", " + length.toSeconds()
                + " s of faults for each seed\n" + Figures.HEADINGS);
        Figures total = Figures.NONE;
        for (long seed : seeds()) {
            Result result = ChaosRun.run(
                    new Plan(seed, length, (int) options.number("workers", 2), control, Load.NORMAL, parameters));
            System.out.println(result.figures().line(Long.toString(seed)));
            show(result);
            total = total.plus(result.figures());
        }
        System.out.println(total.line("total"));
        return total;
    }

    private long[] seeds() {
        return options.has("seed")
                ? new long[] {options.number("seed", 1)}
                : LongStream.rangeClosed(1, options.number("seeds", 1)).toArray();
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
