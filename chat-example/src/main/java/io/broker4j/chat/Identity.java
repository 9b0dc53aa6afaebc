package io.broker4j.chat;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who a client is to the others.
 *
 * @param id the start of its key's SHA-256: the same on every server and in every tab, and nobody can take another's
 * @param name what people see
 */
record Identity(String id, String name) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{32}");
    private static final int ID_DIGITS = 16;

    /** Whether a client may use this as its secret: 128 bits in lower-case hex. */
    static boolean isKey(String key) {
        return KEY.matcher(key).matches();
    }

    /** Derives the id from the client's key; a client without a key gets a random one that is not kept. */
    static Identity of(String name, Optional<String> key) {
        byte[] secret = key.map(HexFormat.of()::parseHex).orElseGet(Identity::random);
        return new Identity(Sha256.hex(secret, ID_DIGITS), name);
    }

    private static byte[] random() {
        byte[] secret = new byte[16];
        RANDOM.nextBytes(secret);
        return secret;
    }
}
