package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.netty.util.Version;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * Finds out whether the program's build has replaced Lettuce or Netty with versions that lack
 * classes used here. This class links to none of those classes.
 */
final class LibraryVersions {
    /** The versions that this module is built and tested with; LibraryVersionsTest compares them with the build. */
    static final String LETTUCE = "7.7.0.RELEASE";

    static final String NETTY = "4.2.18.Final";

    /** The first version with {@code ExtendedKeepAliveSupport}. */
    private static final String OLDEST_LETTUCE = "7.5.0";
    /** 4.1 lacks the event loops that Lettuce 7 uses. */
    private static final String OLDEST_NETTY = "4.2.0";

    private static final String LETTUCE_PROPERTIES = "META-INF/maven/io.lettuce/lettuce-core/pom.properties";
    private static final Set<String> NETTY_MODULES = Set.of(
            "netty-buffer", "netty-common", "netty-handler", "netty-resolver", "netty-resolver-dns", "netty-transport");

    private LibraryVersions() {}

    /** @throws BrokerException if one is too old; an unknown version counts as new enough */
    static void check() {
        String defect = defect(lettuce(), netty());
        if (!defect.isEmpty()) {
            throw new BrokerException(defect);
        }
    }

    /** What is wrong with these versions; empty if nothing is. An unknown version is empty and counts as good. */
    static String defect(String lettuce, String netty) {
        List<String> tooOld = new ArrayList<>();
        if (isOlder(lettuce, OLDEST_LETTUCE)) {
            tooOld.add("Lettuce " + lettuce + ", at least " + OLDEST_LETTUCE + " is needed");
        }
        if (isOlder(netty, OLDEST_NETTY)) {
            tooOld.add("Netty " + netty + ", at least " + OLDEST_NETTY + " is needed");
        }
        return tooOld.isEmpty()
                ? ""
                : "the program's build brings " + String.join(", and ", tooOld)
                        + ": set lettuce.version to " + LETTUCE + " and netty.version to " + NETTY
                        + " where it manages versions, as Spring Boot does (README#versions)";
    }

    /** Compares the numbers at the start of both; false if the first has none. */
    static boolean isOlder(String version, String oldest) {
        int[] numbers = numbers(version);
        return numbers.length > 0 && Arrays.compare(numbers, numbers(oldest)) < 0;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[.-]"))
                .takeWhile(part -> part.matches("[0-9]{1,9}"))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static String lettuce() {
        Properties properties = new Properties();
        try (InputStream stored = LibraryVersions.class.getClassLoader().getResourceAsStream(LETTUCE_PROPERTIES)) {
            if (stored != null) {
                properties.load(stored);
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            return "";
        }
        return properties.getProperty("version", "");
    }

    /** The oldest version among Netty's artifacts, because a build may mix them. */
    private static String netty() {
        Map<String, Version> modules = Version.identify(LibraryVersions.class.getClassLoader());
        return modules.entrySet().stream()
                .filter(module -> NETTY_MODULES.contains(module.getKey()))
                .map(module -> module.getValue().artifactVersion())
                .reduce((one, other) -> isOlder(other, one) ? other : one)
                .orElse("");
    }
}
