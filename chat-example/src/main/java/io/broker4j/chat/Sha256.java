package io.broker4j.chat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The one hash used here. */
final class Sha256 {
    private Sha256() {}

    /** The first {@code digits} lower-case hex digits of the hash of {@code bytes}. */
    static String hex(byte[] bytes, int digits) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash, 0, digits / 2);
        } catch (NoSuchAlgorithmException required) {
            throw new IllegalStateException("every Java platform has SHA-256", required);
        }
    }
}
