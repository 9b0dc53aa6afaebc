package io.broker4j.redis.chaos;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where this program's classes come from, for JVMs that it starts. */
final class ClassPath {
    private ClassPath() {}

    /** Within Maven the class path of the JVM is Maven's, and ours that of a class loader. */
    static String current() {
        return ClassPath.class.getClassLoader() instanceof URLClassLoader ours
                ? Arrays.stream(ours.getURLs()).map(ClassPath::file).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    private static String file(URL url) {
        return Path.of(URI.create(url.toString())).toString();
    }
}
