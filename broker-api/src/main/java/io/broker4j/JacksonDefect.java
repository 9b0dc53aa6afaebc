package io.broker4j;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * Builds the message that says why JSON cannot be used: Jackson is missing, or the versions of its
 * modules do not match.
 */
final class JacksonDefect {
    private static final String MAPPER = "tools/jackson/databind/json/JsonMapper.class";

    private JacksonDefect() {}

    static String words(ClassLoader loader, LinkageError defect) {
        if (loader.getResource(MAPPER) == null) {
            return "Topic.json needs Jackson 3: add the dependency tools.jackson.core:jackson-databind (on the module"
                    + " path also `requires tools.jackson.databind;`), or pass a codec to Topic.of (README#jackson)";
        }
        return "Topic.json cannot use jackson-databind " + version(loader, "tools.jackson.core/jackson-databind")
                + " with jackson-annotations " + version(loader, "com.fasterxml.jackson.core/jackson-annotations")
                + " (" + defect
                + "): let your build take the annotations that this databind declares, which is 2.22 or later"
                + " for 3.2 (Spring Boot 3: the property jackson-bom.version), or pass a codec to Topic.of (README#jackson)";
    }

    private static String version(ClassLoader loader, String artifact) {
        Properties properties = new Properties();
        try (InputStream stored = loader.getResourceAsStream("META-INF/maven/" + artifact + "/pom.properties")) {
            if (stored != null) {
                properties.load(stored);
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            return "(unknown)";
        }
        return properties.getProperty("version", "(unknown)");
    }
}
