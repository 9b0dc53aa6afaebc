package io.broker4j.redis;

import io.lettuce.core.SslOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The caller's PEM files for TLS. Each connection reads them, so a file that was replaced takes
 * effect with the next connection.
 *
 * @param trusted the certificates to trust in place of the JVM's; null to trust the JVM's
 * @param certificates the client's own certificates; null for none
 * @param key the private key of {@code certificates}; null for none
 */
record TlsFiles(
        @Nullable Path trusted,
        @Nullable Path certificates,
        @Nullable Path key) {
    static final TlsFiles NONE = new TlsFiles(null, null, null);

    private static final char[] NO_PASSWORD = {};

    TlsFiles trusting(Path file) {
        return new TlsFiles(file, certificates, key);
    }

    TlsFiles presenting(Path ownCertificates, Path ownKey) {
        return new TlsFiles(trusted, ownCertificates, ownKey);
    }

    boolean isEmpty() {
        return equals(NONE);
    }

    /** Adds the files to the options; fails if they cannot be used now. */
    SslOptions addTo(SslOptions.Builder builder) {
        try {
            if (trusted != null) {
                builder.trustManager(file(trusted));
            }
            if (certificates != null && key != null) {
                builder.keyManager(file(certificates), file(key), NO_PASSWORD);
            }
            SslOptions options = builder.build();
            options.createSslContextBuilder().build();
            return options;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    "cannot use " + this + ": " + unusable.getMessage() + " (README#tls)", unusable);
        }
    }

    private static File file(Path path) {
        return path.toFile();
    }

    @Override
    public String toString() {
        String own = certificates == null ? "" : "certificate " + certificates + " with key " + key;
        String others = trusted == null ? "" : "trusted certificates " + trusted;
        return own + (own.isEmpty() || others.isEmpty() ? "" : ", ") + others;
    }
}
