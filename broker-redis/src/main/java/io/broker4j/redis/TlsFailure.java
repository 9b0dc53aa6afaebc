package io.broker4j.redis;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Builds the text that says what is wrong with a TLS connection, and what to do about it. */
final class TlsFailure {
    private TlsFailure() {}

    static String of(SSLException failure) {
        String message = String.valueOf(failure.getMessage());
        return message + " (" + remedy(failure, message.toLowerCase(Locale.ROOT)) + ")";
    }

    private static String remedy(Throwable failure, String message) {
        if (isCausedBy(failure, CertificateExpiredException.class)) {
            return "the server's certificate has expired: renew it";
        }
        if (isCausedBy(failure, CertificateNotYetValidException.class)) {
            return "the server's certificate is not valid yet: are both clocks right?";
        }
        if (message.contains("no subject alternative") || message.contains("no name matching")) {
            return "the server's certificate does not name this host: give the address that it names, or renew it with this one";
        }
        if (message.contains("unable to find valid certification path")) {
            return "the server's certificate is not trusted by this JVM: pass its authority's to RedisBrokerBuilder.trust";
        }
        if (message.contains("protocol_version") || message.contains("protocol version")) {
            return "the server does not offer TLS 1.2 or later: see its tls-protocols";
        }
        if (message.contains("not an ssl/tls record")) {
            return "the server does not speak TLS there: write redis://, or give its TLS port";
        }
        if (message.contains("certificate_required")) {
            return "the server asks for a client certificate: pass one to RedisBrokerBuilder.present";
        }
        if (message.contains("fatal alert: unknown_ca") || message.contains("fatal alert: bad_certificate")) {
            return "the server does not accept ours: an authority that it trusts must have signed it";
        }
        return "the certificate must be trusted by this JVM and name the host; a server without TLS wants redis://";
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
