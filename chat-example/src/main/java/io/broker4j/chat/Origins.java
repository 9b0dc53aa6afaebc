package io.broker4j.chat;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which web pages may open a WebSocket here. A browser sends the page's origin, and lets any page connect anywhere: only
 * the server can refuse.
 */
final class Origins {
    private static final Pattern ORIGIN = Pattern.compile(
            "(?<scheme>https?)://(?<host>\\[[0-9a-f:.]+]|[^/?#@:\\[\\]\\s]+)(?::(?<port>[0-9]{1,5}))?",
            Pattern.CASE_INSENSITIVE);

    private final Set<String> allowed;

    /** With further origins besides the server's own, compared exactly. */
    Origins(Set<String> allowed) {
        this.allowed = allowed;
    }

    /** Whether {@code text} is an origin at all. */
    static boolean isOrigin(String text) {
        return ORIGIN.matcher(text).matches();
    }

    /** Whether the page at {@code origin} may connect to {@code host}, as the request names it. */
    boolean allow(String origin, String host) {
        return allowed.contains(origin) || isOwn(origin, host);
    }

    /** The scheme is not known here, since a proxy may do TLS: it only says which port is meant where none is given. */
    private static boolean isOwn(String origin, String host) {
        Optional<String> page = authority(origin);
        int scheme = origin.indexOf("://");
        return page.isPresent() && page.equals(authority(origin.substring(0, scheme) + "://" + host));
    }

    /** Host and port, in one spelling. */
    private static Optional<String> authority(String origin) {
        Matcher parts = ORIGIN.matcher(origin);
        if (!parts.matches()) {
            return Optional.empty();
        }
        boolean tls = parts.group("scheme").equalsIgnoreCase("https");
        int port = parts.group("port") == null ? tls ? 443 : 80 : Integer.parseInt(parts.group("port"));
        return Optional.of(parts.group("host").toLowerCase(Locale.ROOT) + ":" + port);
    }
}
