package io.broker4j.redis;

import io.broker4j.BrokerException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Builds the message for a connection that could not be made: one line with the address, the reason and the remedy. */
final class ConnectFailure {
    private ConnectFailure() {}

    static BrokerException of(RedisOptions options, Throwable failure) {
        Throwable root = root(failure);
        if (root instanceof BrokerException known) {
            return known;
        }
        String words = words(options, root) + anchor(root);
        // Lettuce's exception would show the password, because the server repeats it.
        return MissingCommand.of(String.valueOf(root.getMessage())).isEmpty()
                ? new BrokerException(words, root)
                : new BrokerException(words);
    }

    /** Whether a connection could not be made because nothing answered; the server may answer by now. */
    static boolean isUnanswered(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause instanceof IOException && !(cause instanceof SSLException)
                || cause instanceof RedisConnectionException
                || cause instanceof RedisCommandTimeoutException;
    }

    /** @param failure null if the provider completed without credentials */
    static BrokerException noCredentials(String medium, @Nullable Throwable failure) {
        String words = "no credentials for " + medium + ": the provider ";
        String anchor = " (README#credentials)";
        if (failure == null) {
            return new BrokerException(words + "gave none" + anchor);
        }
        String why = failure instanceof TimeoutException
                ? "gave none within " + ConnectionSettings.CONNECT_TIMEOUT.toSeconds() + " s"
                : "failed: " + failure.getMessage();
        return new BrokerException(words + why + anchor, failure);
    }

    private static String words(RedisOptions options, Throwable root) {
        String medium = options.medium();
        if (root instanceof RedisCommandExecutionException) {
            return options.errors().connectionRefused(String.valueOf(root.getMessage()));
        }
        if (root instanceof InterruptedException) {
            return "interrupted while connecting to " + medium;
        }
        if (root instanceof UnknownHostException) {
            return "cannot reach " + medium + ": the host's name cannot be resolved (" + root.getMessage() + ")";
        }
        if (root instanceof ConnectTimeoutException
                || root instanceof RedisCommandTimeoutException
                || root instanceof TimeoutException
                || root instanceof CancellationException) {
            return "cannot reach " + medium
                    + ": no answer in time; is the address right, does a firewall block the connection"
                    + (isTls(medium) ? ", does the server expect TLS there? (one without wants redis://)" : "?");
        }
        if (root instanceof ConnectException) {
            return "cannot reach " + medium + ": is it running? (" + root.getMessage() + ")";
        }
        if (root instanceof SSLException tls) {
            return "cannot make a TLS connection to " + medium + ": " + TlsFailure.of(tls);
        }
        return "cannot connect to " + medium + ": "
                + Objects.requireNonNullElse(root.getMessage(), root.getClass().getSimpleName())
                + "; is a Redis server listening there?"
                + (isTls(medium) ? "" : " (a server that expects TLS wants rediss://)");
    }

    private static String anchor(Throwable root) {
        if (root instanceof RedisCommandExecutionException) {
            return ""; // the words about a reply have their own
        }
        return root instanceof SSLException ? " (README#tls)" : " (README#connect)";
    }

    private static boolean isTls(String medium) {
        return medium.startsWith("rediss:");
    }

    /** The most informative cause: Lettuce and Netty wrap several times, and sometimes add a cause that says less. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !isClear(root)) {
            root = root.getCause();
        }
        return root;
    }

    private static boolean isClear(Throwable failure) {
        return failure instanceof BrokerException
                || failure instanceof UnknownHostException
                || failure instanceof SSLException && !(failure.getCause() instanceof SSLException);
    }
}
