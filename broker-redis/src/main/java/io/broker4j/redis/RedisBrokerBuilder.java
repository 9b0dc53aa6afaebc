package io.broker4j.redis;

import io.broker4j.Broker;
import io.broker4j.BrokerException;
import io.broker4j.UnsupportedException;
import io.broker4j.engine.Engine;
import io.broker4j.spi.Locator;
import io.broker4j.spi.Settings;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Opens a broker over Redis with settings that a locator cannot express: certificates, credentials from a provider, or
 * the threads and settings of a Lettuce client. Without any of these, use {@link Broker#open(String)}.
 *
 * <pre>{@code
 * Broker broker = RedisBrokerBuilder.at("rediss://user:password@redis.example:6379")
 *         .trust(Path.of("/etc/redis/ca.pem"))
 *         .open();
 * }</pre>
 *
 * <p>Objects that are handed in stay the caller's: the broker never closes or changes them, adds no listeners to them,
 * and opens and closes connections of its own. They must outlive the broker. The builder is not safe for use from
 * several threads.
 */
public final class RedisBrokerBuilder {
    private final String locator;
    private final @Nullable RedisURI uri;
    private TlsFiles tls = TlsFiles.NONE;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private @Nullable ClientOptions clientOptions;
    private @Nullable ClientResources resources;

    private RedisBrokerBuilder(String locator, @Nullable RedisURI uri) {
        this.locator = locator;
        this.uri = uri;
    }

    /**
     * A builder for the server that a locator names. The locator's parameters apply. A parameter
     * that is also set with this builder is an error.
     *
     * @param locator {@code redis:} or {@code rediss:}; {@link #open} checks it
     * @return a builder; nothing is opened yet
     */
    public static RedisBrokerBuilder at(String locator) {
        return new RedisBrokerBuilder(locator, null);
    }

    /**
     * A builder for the server that a URI of Lettuce names, with the URI's credentials and TLS
     * mode. The URI's time-out is not used.
     *
     * @param uri copied, so that later changes have no effect
     * @return a builder; nothing is opened yet
     * @throws UnsupportedException if the URI names Sentinels
     */
    @SuppressWarnings("exports")
    public static RedisBrokerBuilder at(RedisURI uri) {
        if (!uri.getSentinels().isEmpty()) {
            throw new UnsupportedException("a URI with Sentinels: not yet; give the address of one server");
        }
        if (uri.getSocket() != null) {
            throw RedisOptions.noUnixSockets("a URI with a socket");
        }
        return new RedisBrokerBuilder("redis://by-uri", RedisURI.builder(uri).build());
    }

    /**
     * Uses the threads of a client, and its socket and TLS options.
     *
     * @param client its current options are used; its address and connections are not used
     * @return this
     */
    @SuppressWarnings("exports")
    public RedisBrokerBuilder client(RedisClient client) {
        clientOptions = client.getOptions();
        return resources(client.getResources());
    }

    /**
     * Uses the threads of some resources.
     *
     * @param shared the broker does not shut it down; the last call of this method or
     *     {@link #client} applies
     * @return this
     */
    @SuppressWarnings("exports")
    public RedisBrokerBuilder resources(ClientResources shared) {
        resources = Objects.requireNonNull(shared);
        return this;
    }

    /**
     * Trusts only servers that show a certificate from this file, or one signed by a certificate from this file.
     * Without this setting, the certificates that the JVM trusts are used. The server's certificate must also name the
     * host. For {@code rediss:} only; replaces the TLS settings of a {@link #client}.
     *
     * @param certificates a PEM file; {@link #open} reads it, and each connection reads it again, so that it may be
     *     replaced
     * @return this
     */
    public RedisBrokerBuilder trust(Path certificates) {
        tls = tls.trusting(certificates);
        return this;
    }

    /**
     * Shows a certificate to a server that asks for one ({@code tls-auth-clients}). For {@code rediss:} only; replaces
     * the TLS settings of a {@link #client}.
     *
     * @param certificates a PEM file: the client's certificate, followed by any intermediate ones up to the authority;
     *     read as in {@link #trust}
     * @param key a PEM file: the private key, in PKCS #8 without a password
     * @return this
     */
    public RedisBrokerBuilder present(Path certificates, Path key) {
        tls = tls.presenting(certificates, key);
        return this;
    }

    /**
     * Sets the prefix of the names of channels and streams, before a colon; {@code b4j} by default,
     * empty to share channels and streams with other programs.
     *
     * @param prefix {@code [A-Za-z0-9_-]{0,64}}
     * @return this
     */
    public RedisBrokerBuilder prefix(String prefix) {
        return with("prefix", prefix);
    }

    /**
     * Publishes bare payloads, without numbers and headers, for programs that do not know Broker4J.
     *
     * @return this
     */
    public RedisBrokerBuilder rawWire() {
        return with("wire", "raw");
    }

    /**
     * Sets how long a publish waits for its answer; 2 s by default.
     *
     * @param timeout from 10 ms to 10 min, in whole milliseconds
     * @return this
     */
    public RedisBrokerBuilder publishTimeout(Duration timeout) {
        return with("publishTimeout", timeout.toMillis() + "ms");
    }

    /**
     * Sets how long a subscribe waits for its confirmation; 5 s by default.
     *
     * @param timeout from 10 ms to 10 min, in whole milliseconds
     * @return this
     */
    public RedisBrokerBuilder subscribeTimeout(Duration timeout) {
        return with("subscribeTimeout", timeout.toMillis() + "ms");
    }

    /**
     * Sets how long a subscription to a durable topic waits for a hint before it reads its log
     * without one; 5 s by default.
     *
     * @param interval from 10 ms to 10 min, in whole milliseconds
     * @return this
     */
    public RedisBrokerBuilder poll(Duration interval) {
        return with("poll", interval.toMillis() + "ms");
    }

    /**
     * Sets the time after which another member of a group takes over messages that a member has
     * read and not renewed; 30 s by default. A living member renews three times within this time.
     *
     * @param duration from 10 ms to 10 min, in whole milliseconds
     * @return this
     */
    public RedisBrokerBuilder lease(Duration duration) {
        return with("lease", duration.toMillis() + "ms");
    }

    /**
     * Sets how often the broker checks that a published message comes back; every 3 s by default. A
     * connection that is open but delivers nothing is found after two misses: within 8 s by
     * default, or three times a shorter interval.
     *
     * @param interval from 100 ms to 10 min, in whole milliseconds
     * @return this
     */
    public RedisBrokerBuilder probe(Duration interval) {
        return with("probe", interval.toMillis() + "ms");
    }

    /**
     * Sends no probes: {@link Broker#health} does not verify receiving, and only silence on an idle connection is found.
     *
     * @return this
     */
    public RedisBrokerBuilder withoutProbe() {
        return with("probe", "off");
    }

    /**
     * Opens the broker without waiting for the server; the broker keeps trying to connect.
     *
     * @return this
     */
    public RedisBrokerBuilder connectInBackground() {
        return with("connect", "background");
    }

    private RedisBrokerBuilder with(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    /**
     * Opens the broker. Blocks until the server answers, for at most 2 s; does not block when connecting in the
     * background.
     *
     * @return the broker, owned by the caller, who closes it before the objects that were handed in
     * @throws IllegalArgumentException if the locator or a value is not valid, or a file for TLS cannot be used
     * @throws BrokerException if the server cannot be reached or refuses the connection
     */
    public Broker open() {
        LibraryVersions.check();
        Locator whole = locator();
        Settings settings = Settings.from(whole.parameters());
        RedisOptions options = options(whole);
        return Engine.open(settings, receiver -> RedisTransport.open(options, receiver));
    }

    /** The locator with the parameters that were set here. */
    Locator locator() {
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining("&"));
        String separator = query.isEmpty() ? "" : locator.contains("?") ? "&" : "?";
        return Locator.parse(locator + separator + query);
    }

    RedisOptions options(Locator whole) {
        RedisOptions options = RedisOptions.from(whole);
        RedisOptions addressed = uri == null ? options : options.at(uri);
        return addressed.sharing(tls.isEmpty() ? clientOptions : tlsOptions(addressed), resources);
    }

    private ClientOptions tlsOptions(RedisOptions addressed) {
        if (!addressed.uri().isSsl()) {
            throw new IllegalArgumentException(
                    tls + " cannot be used at " + addressed.medium() + ": write rediss:// for TLS (README#tls)");
        }
        return ConnectionSettings.with(tls, clientOptions);
    }
}
