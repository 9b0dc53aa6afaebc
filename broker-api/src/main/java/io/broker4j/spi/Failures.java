package io.broker4j.spi;

import java.io.PrintWriter;
import java.io.Writer;

/** The one place that asks an exception for its words: it may be a user's, and asking may fail too. */
final class Failures {
    private Failures() {}

    /** What an exception says of itself, or at least its class. */
    static String words(Throwable failure) {
        try {
            return failure.toString();
        } catch (Throwable wordless) {
            return failure.getClass().getName() + " (its toString() threw a "
                    + wordless.getClass().getName() + ")";
        }
    }

    /** The exception itself if a log can print it, or else one in its place with its stack trace. */
    static Throwable printable(Throwable failure) {
        try {
            failure.printStackTrace(new PrintWriter(Writer.nullWriter())); // asks its causes too
            return failure;
        } catch (Throwable wordless) {
            Throwable substitute = new IllegalStateException(words(failure));
            substitute.setStackTrace(failure.getStackTrace());
            return substitute;
        }
    }
}
