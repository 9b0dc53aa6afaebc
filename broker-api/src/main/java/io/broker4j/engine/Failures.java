package io.broker4j.engine;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.regex.Pattern;

/**
 * The only class that reads an exception's message: the exception may be a user's, and reading its message may fail.
 */
final class Failures {
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}]+");

    private Failures() {}

    /** The exception's description in one line, or its class if the description cannot be read. */
    static String words(Throwable failure) {
        try {
            return INVISIBLE.matcher(failure.toString()).replaceAll(" ");
        } catch (Throwable wordless) {
            return failure.getClass().getName() + " (its toString() threw a "
                    + wordless.getClass().getName() + ")";
        }
    }

    /** The exception itself if a log can print it, otherwise a substitute with the same stack trace. */
    static Throwable printable(Throwable failure) {
        try {
            failure.printStackTrace(new PrintWriter(Writer.nullWriter())); // reads the messages of its causes too
            return failure;
        } catch (Throwable wordless) {
            Throwable substitute = new IllegalStateException(words(failure));
            substitute.setStackTrace(failure.getStackTrace());
            return substitute;
        }
    }
}
