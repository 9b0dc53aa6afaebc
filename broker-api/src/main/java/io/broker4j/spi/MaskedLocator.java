package io.broker4j.spi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Masks everything in a malformed locator that may be a secret, so that a message can show the locator. */
final class MaskedLocator {
    private static final int LONGEST = 200;
    private static final String MASK = "***";
    private static final Pattern START = Pattern.compile("[a-z][a-z0-9+-]*:(//?)?");
    /** Text after the host's colon that is no number: if the host is missing, this text is probably a password. */
    private static final Pattern PORT = Pattern.compile("(//(?:\\[[^\\]/?]*]|[^:/?]*):)(?!-?[0-9]*(?:[/?]|$))[^/?]*");

    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("([?&][^=&]*(?i:pass|pwd|secret|token|auth|key|user)[^=&]*=)[^&]*");

    private MaskedLocator() {}

    static String of(String locator) {
        String shown = Locator.INVISIBLE.matcher(locator).replaceAll("?");
        shown = withoutCredentials(shown);
        shown = PORT.matcher(shown).replaceFirst("$1" + Matcher.quoteReplacement(MASK));
        shown = SECRET_PARAMETER.matcher(shown).replaceAll("$1" + Matcher.quoteReplacement(MASK));
        return shown.length() > LONGEST ? shown.substring(0, LONGEST) + "…" : shown;
    }

    /** Removes everything before the last @: in a malformed locator the end of a password is unknown. */
    private static String withoutCredentials(String locator) {
        int at = locator.lastIndexOf('@');
        if (at < 0) {
            return locator;
        }
        Matcher start = START.matcher(locator);
        String scheme = start.lookingAt() && start.end() <= at ? start.group() : "";
        return scheme + MASK + locator.substring(at);
    }
}
