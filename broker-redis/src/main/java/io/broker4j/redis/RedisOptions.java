package io.broker4j.redis;

import io.broker4j.UnsupportedException;
import io.broker4j.spi.Locator;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * All options of a broker over Redis. The text form shows no secret.
 *
 * @param uri the server's address, and the credentials
 * @param prefix prefix of all channels and streams, without the colon; may be empty
 * @param raw whether bare payloads are published
 * @param background whether to open without waiting for the server
 * @param instance the name of this broker at the server
 * @param probe how often the probe is sent; null for never
 * @param clientOptions the options of a client that was handed in
 * @param resources the resources that were handed in
 */
record RedisOptions(
        RedisURI uri,
        String prefix,
        boolean raw,
        boolean background,
        String instance,
        @Nullable Duration probe,
        @Nullable ClientOptions clientOptions,
        @Nullable ClientResources resources) {
    private static final int DEFAULT_PORT = 6379;
    private static final String DEFAULT_USER = "default";
    private static final Duration PROBE = Duration.ofSeconds(3);
    private static final Duration SHORTEST_PROBE = Duration.ofMillis(100);
    private static final Duration LONGEST_PROBE = Duration.ofMinutes(10);
    private static final String PREFIX = "[A-Za-z0-9_-]{0,64}";
    private static final String INSTANCE = "[A-Za-z0-9_-]{1,64}";

    static RedisOptions from(Locator locator) {
        if (locator.scheme().equals("redis-sentinel") || locator.scheme().equals("redis-cluster")) {
            throw new UnsupportedException(locator.scheme()
                    + ": not yet; use redis://host:port or rediss://host:port with the address of one server");
        }
        if (locator.scheme().endsWith("socket") || locator.scheme().equals("unix")) {
            throw noUnixSockets(locator.scheme() + ":");
        }
        Locator.Parameters parameters = locator.parameters();
        String prefix = parameters.text("prefix", "b4j", PREFIX);
        boolean raw = parameters.choice("wire", "framed", "framed", "raw").equals("raw");
        boolean background =
                parameters.choice("connect", "now", "now", "background").equals("background");
        String instance =
                parameters.text("instance", UUID.randomUUID().toString().substring(0, 8), INSTANCE);
        Duration probe = parameters
                .durationOrOff("probe", PROBE, SHORTEST_PROBE, LONGEST_PROBE)
                .orElse(null);
        parameters.rejectUnknown();
        return new RedisOptions(uri(locator, instance), prefix, raw, background, instance, probe, null, null);
    }

    static UnsupportedException noUnixSockets(String what) {
        return new UnsupportedException(
                what + " names a Unix socket, which a broker cannot use: let the server listen on TCP"
                        + " (its settings `port` and `bind`), and write redis://localhost:port (README#locator)");
    }

    private static RedisURI uri(Locator locator, String instance) {
        if (locator.host().isEmpty()) {
            throw new IllegalArgumentException(
                    "locator " + locator + " has no host: write " + locator.scheme() + "://host:port");
        }
        if (locator.host().indexOf(',') >= 0) { // not shown: the user may be a password in the wrong place
            throw new IllegalArgumentException(
                    "locator " + locator.scheme()
                            + "://… names several hosts, which is not supported: give the address of one server (README#locator)");
        }
        RedisURI.Builder builder = RedisURI.Builder.redis(
                        host(locator), locator.port().orElse(DEFAULT_PORT))
                .withTimeout(ConnectionSettings.COMMAND_TIMEOUT)
                .withDatabase(database(locator))
                .withClientName("broker4j-" + instance);
        if (locator.scheme().equals("rediss")) {
            builder.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
        }
        if (!locator.password().isEmpty()) {
            String user = locator.user().isEmpty() ? DEFAULT_USER : locator.user();
            // Not the builder's own provider, because that one moves the handshake to the common
            // pool.
            builder.withAuthentication(
                    new StaticCredentialsProvider(user, locator.password().toCharArray()));
        } else if (!locator.user().isEmpty()) {
            // The user is not shown: it may be a password in the wrong place.
            throw new IllegalArgumentException("locator of " + locator.scheme() + "://…@" + locator.host()
                    + " has a user but no password: write user:password@host, or :password@host for the default user");
        }
        return builder.build();
    }

    private static String host(Locator locator) {
        String host = locator.host();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The database that holds the logs. */
    int database() {
        return uri.getDatabase();
    }

    private static int database(Locator locator) {
        String path = locator.path();
        if (path.isEmpty()) {
            return 0;
        }
        if (!path.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "database '/" + path + "' in locator " + locator + " must be a number from 0 to 99999,"
                            + " and one that the server has (its `databases` setting, 16 by default)");
        }
        return Integer.parseInt(path);
    }

    /** The same options at another URI, whose time-out is not used. */
    RedisOptions at(RedisURI other) {
        RedisURI.Builder builder = RedisURI.builder(other).withTimeout(uri.getTimeout());
        if (other.getClientName() == null) {
            builder.withClientName(uri.getClientName());
        }
        return new RedisOptions(builder.build(), prefix, raw, background, instance, probe, clientOptions, resources);
    }

    /** The same options with the objects that were handed in. */
    RedisOptions sharing(@Nullable ClientOptions handedInOptions, @Nullable ClientResources handedInResources) {
        return new RedisOptions(uri, prefix, raw, background, instance, probe, handedInOptions, handedInResources);
    }

    /**
     * The URI for one connection, with credentials requested now. If Lettuce had the provider, it would wait for the
     * credentials on the calling thread and without a limit, only to print the URI.
     */
    CompletableFuture<RedisURI> uriNow() {
        RedisCredentialsProvider provider = uri.getCredentialsProvider();
        if (provider == null || provider instanceof StaticCredentialsProvider) {
            return CompletableFuture.completedFuture(uri);
        }
        return Mono.defer(provider::resolveCredentials)
                .toFuture()
                .orTimeout(ConnectionSettings.CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .handle((credentials, failure) -> {
                    if (credentials == null) {
                        throw ConnectFailure.noCredentials(medium(), failure);
                    }
                    return RedisURI.builder(uri)
                            .withAuthentication(new StaticCredentialsProvider(credentials))
                            .build();
                });
    }

    /** The server's address for messages and events. */
    String medium() {
        String host = uri.getHost() == null ? String.valueOf(uri.getSocket()) : uri.getHost();
        boolean ipv6 = host.indexOf(':') >= 0;
        return (uri.isSsl() ? "rediss://" : "redis://")
                + (ipv6 ? "[" + host + "]" : host)
                + (uri.getHost() == null ? "" : ":" + uri.getPort());
    }

    /** The user name for an ACL line; dots if only a provider knows the name, which may change. */
    String user() {
        RedisCredentialsProvider provider = uri.getCredentialsProvider();
        if (provider instanceof StaticCredentialsProvider known) {
            String user = known.resolveCredentialsNow().getUsername();
            return user == null || user.isEmpty() ? DEFAULT_USER : user;
        }
        return provider == null ? DEFAULT_USER : "…";
    }

    /** The words for what the server refuses. */
    ErrorReplies errors() {
        return new ErrorReplies(medium(), user(), prefix);
    }

    /** Whether others on the network can read the traffic, including the password. */
    boolean isReadableOnTheWay() {
        String host = uri.getHost();
        return !uri.isSsl()
                && host != null
                && !host.equals("localhost")
                && !host.equals("::1")
                && !host.startsWith("127.");
    }

    @Override
    public String toString() {
        return medium() + " with prefix '" + prefix + "'";
    }
}
