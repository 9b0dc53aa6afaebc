package io.broker4j.chat;

import java.text.Normalizer;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which names, rooms, client ids and texts are allowed. Lengths are counted in code points. */
final class TextRules {
    private static final Pattern CID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private TextRules() {}

    /** The one spelling (NFC) of a person's name, or empty if it is not allowed. */
    static Optional<String> name(String raw) {
        return spelling(raw, ProtocolLimits.NAME);
    }

    /** The one spelling (NFC) of a room's name, or empty if it is not allowed. */
    static Optional<String> room(String raw) {
        return spelling(raw, ProtocolLimits.ROOM);
    }

    static boolean isCid(String cid) {
        return CID.matcher(cid).matches();
    }

    /** Any characters at all, but not none and not too many. */
    static boolean isText(String text) {
        return !text.isEmpty() && text.codePointCount(0, text.length()) <= ProtocolLimits.TEXT;
    }

    private static Optional<String> spelling(String raw, int limit) {
        String nfc = Normalizer.normalize(raw, Normalizer.Form.NFC);
        boolean allowed = !nfc.isEmpty()
                && nfc.codePointCount(0, nfc.length()) <= limit
                && nfc.codePoints().noneMatch(TextRules::isForbidden);
        return allowed ? Optional.of(nfc) : Optional.empty();
    }

    /** Control characters, and unpaired surrogates: they have no UTF-8, so two rooms could not be told apart by it. */
    private static boolean isForbidden(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }
}
