package io.broker4j.spi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A broker's address: {@code scheme:[//[user[:password]@]host[:port][/path]][?name=value&…]}, or {@code scheme:path} as in
 * {@code memory:NAME}. Never shows its password.
 *
 * <p>Not a {@link java.net.URI}, which rejects {@code memory:}, drops the query of {@code memory:NAME?…} and has no host for
 * {@code my_host}. Credentials are percent-decoded; nothing else is.
 */
public final class Locator {
    private static final Pattern SYNTAX = Pattern.compile("([a-z][a-z0-9+-]*):(//)?([^?]*)(?:\\?(.*))?");
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?:(?<credentials>.*)@)?(?<host>\\[[^\\]@/]*]|[^:@/\\[\\]\\s]*)(?::(?<port>[^:@/]*))?(?<path>/.*)?");

    static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]");

    /**
     * A list of hosts without ports does not match: it counts as one host name, and the transport
     * decides whether it accepts that name.
     */
    private static final Pattern SEVERAL_WITH_PORTS =
            Pattern.compile("(?:.*@)?(?:[^@/]*:[^@/]*,|[^@/]*,[^@/]*:)[^@/]*(?:/.*)?");

    private final String scheme;
    private final String user;
    private final String password;
    private final String host;
    private final OptionalInt port;
    private final String path;
    private final Map<String, String> query;
    private final Parameters parameters = new Parameters();

    private Locator(
            String scheme,
            String[] credentials,
            String host,
            OptionalInt port,
            String path,
            Map<String, String> query) {
        this.scheme = scheme;
        this.user = credentials[0];
        this.password = credentials[1];
        this.host = host;
        this.port = port;
        this.path = path;
        this.query = query;
    }

    /**
     * Parses a locator.
     *
     * @param text with credentials percent-encoded
     * @return its parts; a transport checks later whether they are valid for it
     * @throws IllegalArgumentException if it is malformed; the message shows it with its secrets masked
     */
    public static Locator parse(String text) {
        Objects.requireNonNull(text, "locator");
        try {
            return parsed(text);
        } catch (IllegalArgumentException defect) {
            throw new IllegalArgumentException(
                    "malformed locator '" + MaskedLocator.of(text) + "': " + defect.getMessage() + " (README#locator)");
        }
    }

    private static Locator parsed(String text) {
        if (INVISIBLE.matcher(text).find()) {
            throw new IllegalArgumentException("it contains a character that cannot be seen, such as a line break");
        }
        Matcher syntax = SYNTAX.matcher(text);
        if (!syntax.matches()) {
            throw new IllegalArgumentException("it must look like memory:, memory:NAME or redis://host:port");
        }
        if (syntax.group(4) != null
                && syntax.group(4).indexOf('@') >= 0) { // otherwise a password would be shown as a parameter
            throw new IllegalArgumentException(
                    "'@', ':', '/' and '?' in credentials, and '@' in parameters, must be percent-encoded");
        }
        String scheme = syntax.group(1);
        Map<String, String> query = query(syntax.group(4));
        if (syntax.group(2) == null) {
            return new Locator(scheme, new String[] {"", ""}, "", OptionalInt.empty(), syntax.group(3), query);
        }
        if (SEVERAL_WITH_PORTS.matcher(syntax.group(3)).matches()) {
            throw new IllegalArgumentException(
                    "several hosts with ports are not supported: give the address of one server");
        }
        Matcher authority = AUTHORITY.matcher(syntax.group(3));
        if (!authority.matches()) {
            throw new IllegalArgumentException(
                    "after " + scheme + ":// it must continue [user:password@]host[:port][/path]"
                            + " with '@', ':', '/' and '?' in credentials percent-encoded");
        }
        String path = Optional.ofNullable(authority.group("path")).orElse("/").substring(1);
        return new Locator(
                scheme,
                credentials(authority.group("credentials")),
                authority.group("host"),
                port(authority.group("port")),
                path,
                query);
    }

    /** {@return what comes before the first colon, in lower case} */
    public String scheme() {
        return scheme;
    }

    /** {@return the user, decoded, or empty} */
    public String user() {
        return user;
    }

    /** {@return the password, decoded, or empty} */
    public String password() {
        return password;
    }

    /** {@return the host, in brackets if it is an IPv6 address, or empty} */
    public String host() {
        return host;
    }

    /** {@return the port, 1 to 65535, if given} */
    public OptionalInt port() {
        return port;
    }

    /**
     * {@return the text after the host's slash; for a locator without {@code //} all text after the
     * scheme's colon}
     */
    public String path() {
        return path;
    }

    /**
     * {@return the parameters; always the same object, which remembers the names that were read}
     */
    public Parameters parameters() {
        return parameters;
    }

    /** {@return the locator without its parameters, its password masked} */
    @Override
    public String toString() {
        if (host.isEmpty() && port.isEmpty()) {
            return scheme + ":" + masked(path);
        }
        String credentials = user.isEmpty() && password.isEmpty() ? "" : user + (password.isEmpty() ? "@" : ":***@");
        return scheme + "://" + credentials + host + (port.isPresent() ? ":" + shownPort() : "")
                + (path.isEmpty() ? "" : "/" + path);
    }

    /** Masks a port without a host: it is probably the beginning of a password. */
    private String shownPort() {
        return host.isEmpty() ? "***" : Integer.toString(port.orElseThrow());
    }

    /** Masks everything before the last @: if the user forgot a slash, a password is there. */
    private static String masked(String path) {
        int at = path.lastIndexOf('@');
        return at < 0 ? path : "***" + path.substring(at);
    }

    private static String[] credentials(String encoded) {
        if (encoded == null) {
            return new String[] {"", ""};
        }
        int colon = encoded.indexOf(':');
        return colon < 0
                ? new String[] {decode(encoded), ""}
                : new String[] {decode(encoded.substring(0, colon)), decode(encoded.substring(colon + 1))};
    }

    private static String decode(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            throw new IllegalArgumentException("its credentials are not percent-encoded: write a literal % as %25");
        }
    }

    private static OptionalInt port(String text) {
        if (text == null) {
            return OptionalInt.empty();
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            String shown = text.matches("-?[0-9]+")
                    ? "port " + text
                    : "what follows the host's colon, the port,"; // the port may be a secret by mistake
            throw new IllegalArgumentException(shown + " must be a number from 1 to 65535");
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) {
            return query;
        }
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("its parameters must be name=value joined by '&'");
            }
            if (query.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("parameter '" + pair.substring(0, equals) + "' is given twice");
            }
        }
        return query;
    }

    /**
     * The parameters of a locator, read by name; a parameter that is never read is unknown. Not
     * safe for use from several threads.
     */
    public final class Parameters {
        private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

        private final Set<String> known = new LinkedHashSet<>();

        private Parameters() {}

        /**
         * A duration such as {@code 500ms}, {@code 2s} or {@code 1m}.
         *
         * @param name of the parameter, as written
         * @param otherwise what to return if the parameter is not given; its range is not checked
         * @param least the shortest allowed
         * @param most the longest allowed
         * @return the value from {@code least} to {@code most}, or {@code otherwise}
         * @throws IllegalArgumentException if the value is no duration or out of range
         */
        public Duration duration(String name, Duration otherwise, Duration least, Duration most) {
            return take(name)
                    .map(given -> duration(name, given, least, most, ""))
                    .orElse(otherwise);
        }

        /**
         * A duration such as {@code 500ms}, {@code 2s} or {@code 1m}, or {@code off}.
         *
         * @param name of the parameter, as written
         * @param otherwise what to return if the parameter is not given; its range is not checked
         * @param least the shortest allowed
         * @param most the longest allowed
         * @return the value from {@code least} to {@code most}, or {@code otherwise}; empty if the value is {@code off}
         * @throws IllegalArgumentException if the value is neither a duration in range nor {@code off}
         */
        public Optional<Duration> durationOrOff(String name, Duration otherwise, Duration least, Duration most) {
            Optional<String> given = take(name);
            return given.isPresent() && given.get().equals("off")
                    ? Optional.empty()
                    : Optional.of(given.map(text -> duration(name, text, least, most, "off or "))
                            .orElse(otherwise));
        }

        private Duration duration(String name, String given, Duration least, Duration most, String alternative) {
            Matcher matcher = DURATION.matcher(given);
            if (matcher.matches()) {
                long amount = Long.parseLong(matcher.group(1));
                Duration value = switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    default -> Duration.ofMinutes(amount);
                };
                if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                    return value;
                }
            }
            throw invalid(
                    name,
                    given,
                    alternative + "a duration from " + shown(least) + " to " + shown(most)
                            + ", such as 500ms, 2s or 1m");
        }

        /**
         * A choice among fixed words.
         *
         * @param name of the parameter, as written
         * @param otherwise what to return if the parameter is not given; one of the words
         * @param allowed the words, case-sensitive
         * @return one of the words
         * @throws IllegalArgumentException if the value is another word
         */
        public String choice(String name, String otherwise, String... allowed) {
            String value = take(name).orElse(otherwise);
            if (!List.of(allowed).contains(value)) {
                throw invalid(name, value, "one of " + String.join(", ", allowed));
            }
            return value;
        }

        /**
         * Text that matches a regular expression.
         *
         * @param name of the parameter, as written
         * @param otherwise what to return if the parameter is not given; must match too
         * @param regex what the whole value must match; shown in the message if it does not
         * @return the value as written: nothing is percent-decoded
         * @throws IllegalArgumentException if the value does not match
         */
        public String text(String name, String otherwise, String regex) {
            String value = take(name).orElse(otherwise);
            if (!value.matches(regex)) {
                throw invalid(name, value, "text that matches " + regex);
            }
            return value;
        }

        /**
         * Rejects the parameters that were not read. Called after all known parameters were read.
         *
         * @throws IllegalArgumentException if the locator has a parameter that was not read
         */
        public void rejectUnknown() {
            for (String name : query.keySet()) {
                if (!known.contains(name)) {
                    throw new IllegalArgumentException("unknown parameter '" + name + "' in locator " + Locator.this
                            + "; known: " + String.join(", ", known)
                            + " (README#locator)");
                }
            }
        }

        private Optional<String> take(String name) {
            known.add(name);
            return Optional.ofNullable(query.get(name));
        }

        private IllegalArgumentException invalid(String name, String value, String allowed) {
            return new IllegalArgumentException("parameter " + name + "=" + value + " in locator " + Locator.this
                    + " must be " + allowed + " (README#locator)");
        }

        private static String shown(Duration duration) {
            return duration.toMillisPart() == 0
                    ? duration.toString().substring(2).toLowerCase(Locale.ROOT)
                    : duration.toMillis() + "ms";
        }
    }
}
