package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Receiver;
import io.broker4j.spi.Transport;
import io.broker4j.spi.TransportProvider;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What else the class loaders have to offer does not keep a transport from being found. */
class LoadingTest {
    private static final String SERVICE = "META-INF/services/" + TransportProvider.class.getName();

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path directory;

    @AfterEach
    void restoreContextClassLoader() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** Answers for a scheme that only the context class loader has. */
    public static final class Pigeons implements TransportProvider {
        @Override
        public Set<String> schemes() {
            return Set.of("pigeon");
        }

        @Override
        public Transport open(Locator locator, Receiver receiver) {
            return new InMemoryTransportProvider().open(Locator.parse("memory:"), receiver);
        }
    }

    /** Cannot be made. */
    public static final class Throwing implements TransportProvider {
        public Throwing() {
            throw new IllegalStateException("no feathers");
        }

        @Override
        public Set<String> schemes() {
            return Set.of("pigeon");
        }

        @Override
        public Transport open(Locator locator, Receiver receiver) {
            throw new AssertionError("was never made");
        }
    }

    /** Does not say what it answers for. */
    public static final class Speechless implements TransportProvider {
        @Override
        public Set<String> schemes() {
            throw new NoClassDefFoundError("some/library/Schemes");
        }

        @Override
        public Transport open(Locator locator, Receiver receiver) {
            throw new AssertionError("answers for nothing");
        }
    }

    /** Lacks a class that it needs to open. */
    public static final class Incomplete implements TransportProvider {
        @Override
        public Set<String> schemes() {
            return Set.of("pigeon");
        }

        @Override
        public Transport open(Locator locator, Receiver receiver) {
            throw new NoClassDefFoundError("some/library/Wings");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no.such.Provider",
                "io.broker4j.inmemory.LoadingTest",
                "io.broker4j.inmemory.LoadingTest$Throwing",
                "io.broker4j.inmemory.LoadingTest$Speechless"
            })
    void aBrokenProviderIsSkippedAndNamedIfItsSchemeIsNotFound(String broken) throws Exception {
        offer(broken);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {url(directory)}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            Broker.open("memory:").close();
            assertThatThrownBy(() -> Broker.open("pigeon:"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("'pigeon'", "known here: [memory]", "skipped", broken);
        }
    }

    @Test
    void aListOfProvidersThatCannotBeReadIsNamed() throws Exception {
        offer("not a class name");
        try (URLClassLoader loader = new URLClassLoader(new URL[] {url(directory)}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThatThrownBy(() -> Broker.open("pigeon:"))
                    .hasMessageContainingAll("skipped", directory.toString(), "Illegal configuration-file syntax");
        }
    }

    @Test
    void aProviderBehindABrokenOneIsFound() throws Exception {
        offer("no.such.Provider\n" + Throwing.class.getName() + "\n" + Pigeons.class.getName());
        try (URLClassLoader loader = new URLClassLoader(new URL[] {url(directory)}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            Broker.open("pigeon:").close();
        }
    }

    @Test
    void aProviderThatLacksAClassIsNamed() throws Exception {
        offer(Incomplete.class.getName());
        try (URLClassLoader loader = new URLClassLoader(new URL[] {url(directory)}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThatThrownBy(() -> Broker.open("pigeon:"))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContainingAll(Incomplete.class.getName(), "some/library/Wings");
        }
    }

    /** As in a container whose applications bring the library along while the container has it too. */
    @Test
    void aContextClassLoaderWithAnotherCopyOfTheLibraryIsNoHindrance() throws Exception {
        try (URLClassLoader copy = copyOfTheLibrary()) {
            Thread.currentThread().setContextClassLoader(copy);
            Broker.open("memory:").close();
            assertThatThrownBy(() -> Broker.open("pigeon:"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("known here: [memory]", "skipped", "InMemoryTransportProvider");
        }
    }

    /** Its classes are not ours, and it sees nothing but the class path and the JDK. */
    static URLClassLoader copyOfTheLibrary() {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .map(LoadingTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
    }

    private void offer(String provider) throws IOException {
        Path file = directory.resolve(SERVICE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, provider);
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
