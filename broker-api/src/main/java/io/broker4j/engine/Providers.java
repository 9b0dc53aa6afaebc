package io.broker4j.engine;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.spi.Locator;
import io.broker4j.spi.TransportProvider;
import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One search for the provider of a scheme. The library's own class loader comes first, because in a
 * container the context class loader may offer another copy of the library. A provider that cannot
 * be loaded is logged and skipped; if no provider is found, the exception names the skipped one.
 */
final class Providers {
    private static final System.Logger LOGGER = System.getLogger("io.broker4j");
    private static final Map<String, String> ARTIFACTS =
            Map.of("memory", "inmemory", "redis", "redis", "rediss", "redis");
    /** A class loader that keeps failing is not asked more often than this. */
    private static final int MOST_BROKEN = 100;

    private final Set<String> known = new TreeSet<>();
    private final Map<String, Throwable> broken = new LinkedHashMap<>();

    Broker open(Locator locator) {
        TransportProvider provider = find(locator.scheme());
        if (provider == null) {
            throw notFound(locator);
        }
        try {
            return Engine.open(provider, locator);
        } catch (LinkageError incomplete) {
            throw new BrokerException(
                    "the transport " + provider.getClass().getName() + " cannot open " + locator
                            + ", since a class is missing or of another version: " + incomplete
                            + "; give the program the versions that the transport's artifact declares"
                            + " (README#no-transport)",
                    incomplete);
        }
    }

    private @Nullable TransportProvider find(String scheme) {
        ClassLoader ours = Providers.class.getClassLoader();
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        TransportProvider found = find(scheme, ours);
        return found != null || context == ours ? found : find(scheme, context);
    }

    private @Nullable TransportProvider find(String scheme, @Nullable ClassLoader loader) {
        Iterator<TransportProvider> providers =
                ServiceLoader.load(TransportProvider.class, loader).iterator();
        for (int failures = 0; failures < MOST_BROKEN; ) {
            try {
                if (!providers.hasNext()) {
                    return null;
                }
                TransportProvider provider = providers.next();
                if (schemes(provider).contains(scheme)) {
                    return provider;
                }
            } catch (ServiceConfigurationError unusable) {
                failures++;
                skip(unusable);
            }
        }
        return null;
    }

    private Set<String> schemes(TransportProvider provider) {
        try {
            Set<String> schemes = provider.schemes();
            known.addAll(schemes);
            return schemes;
        } catch (RuntimeException | LinkageError defect) {
            throw new ServiceConfigurationError(provider.getClass().getName() + " does not tell its schemes", defect);
        }
    }

    private void skip(ServiceConfigurationError unusable) {
        Throwable cause = unusable.getCause();
        String words = unusable.getMessage() + (cause == null ? "" : ": " + cause);
        if (broken.put(words, unusable) == null) {
            LOGGER.log(Level.WARNING, "skipped a transport that cannot be loaded: " + words, unusable);
        }
    }

    private RuntimeException notFound(Locator locator) {
        String scheme = locator.scheme();
        String artifact = ARTIFACTS.get(scheme);
        String skipped =
                broken.isEmpty() ? "" : "; skipped what cannot be loaded: " + String.join(", ", broken.keySet());
        RuntimeException failure = artifact == null
                ? new IllegalArgumentException(
                        "unknown scheme '" + scheme + "' in locator " + locator + "; known here: "
                                + (known.isEmpty() ? "none, add io.broker4j:broker-inmemory or broker-redis" : known)
                                + skipped + " (README#no-transport)")
                : new BrokerException(
                        "no transport for " + locator + ": add the dependency io.broker4j:broker-" + artifact
                                + ", on the module path also `requires io.broker4j." + artifact + ";`" + skipped
                                + " (README#no-transport)");
        broken.values().forEach(failure::addSuppressed);
        return failure;
    }
}
