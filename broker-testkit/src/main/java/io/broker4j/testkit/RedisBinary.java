package io.broker4j.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the redis-server executable: the property, then the one that Maven delivered, then the PATH. */
final class RedisBinary {
    static final String PROPERTY = "redis.bin";

    private static final String DELIVERED = "redis-server-7.0.15-";
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.\\d+\\S*");
    private static final int OLDEST_MAJOR = 7;
    private static final Map<String, Path> EXTRACTED = new ConcurrentHashMap<>();

    private RedisBinary() {}

    static Path find() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context != null ? context : RedisBinary.class.getClassLoader();
        String path = System.getenv("PATH");
        return find(System.getProperty(PROPERTY), loader, path == null ? "" : path);
    }

    static Path find(@Nullable String configured, ClassLoader loader, String searchPath) {
        if (configured != null) {
            return checked(configured);
        }
        String resource = DELIVERED + platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path delivered = delivered(resource, loader);
        return delivered != null ? delivered : onPath(searchPath, resource);
    }

    static String platform(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "darwin" : os.startsWith("linux") ? "linux" : os.replace(' ', '-');
        return system + "-"
                + switch (osArch) {
                    case "x86_64", "amd64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    case "x86", "i386", "i686" -> "386";
                    default -> osArch;
                };
    }

    private static Path checked(String configured) {
        Path binary = Path.of(configured);
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException("-D" + PROPERTY + "=" + configured
                    + " is not an executable file: give the path of a redis-server, or drop the property");
        }
        return binary;
    }

    private static @Nullable Path delivered(String resource, ClassLoader loader) {
        if (loader.getResource(resource) != null) {
            return EXTRACTED.computeIfAbsent(resource, name -> extract(name, loader));
        }
        ClassLoader own = RedisBinary.class.getClassLoader();
        return own == loader || own == null ? null : delivered(resource, own);
    }

    private static Path extract(String resource, ClassLoader loader) {
        Path binary = ExitCleanup.newDirectory("broker4j-redis-bin-").resolve("redis-server");
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " was found on the class path but cannot be opened");
            }
            Files.copy(in, binary);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + resource + " to " + binary, e);
        }
        if (!binary.toFile().setExecutable(true)) {
            throw new IllegalStateException("cannot make " + binary + " executable: set -D" + PROPERTY);
        }
        return binary;
    }

    static Path onPath(String searchPath, String resource) {
        String tooOld = "";
        for (String directory : searchPath.split(Pattern.quote(File.pathSeparator))) {
            Path candidate = Path.of(directory, "redis-server");
            if (!directory.isEmpty() && Files.isExecutable(candidate)) {
                String version = version(candidate);
                Matcher matcher = VERSION.matcher(version);
                if (matcher.find() && Integer.parseInt(matcher.group(1)) >= OLDEST_MAJOR) {
                    return candidate;
                }
                tooOld = " (" + candidate + " is not 7.0 or later: " + version.strip() + ")";
            }
        }
        throw new IllegalStateException("no redis-server to run: there is no " + resource
                + " on the class path and no redis-server 7.0 or later on the PATH" + tooOld
                + ". Add org.signal:embedded-redis:0.9.1 in test scope, or install Redis 7.0 or later, or set -D"
                + PROPERTY + "=/path/to/redis-server");
    }

    private static String version(Path candidate) {
        try {
            Process process = new ProcessBuilder(candidate.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            try (InputStream output = process.getInputStream()) {
                return new String(output.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return e.toString();
        }
    }
}
