package io.broker4j.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the script of a proxy says at present. Used by the proxy's thread alone. */
final class ProxyRules {
    /** One cut to come: how many bytes each connection it applies to may still forward. */
    private record ByteCut(Direction direction, long bytes, Map<ProxyLink, Long> left) {}

    /** One cut to come: the end of what each connection has forwarded, in which the needle may have begun. */
    private record RequestCut(String needle, Map<ProxyLink, String> tails) {}

    private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);
    private final Map<Direction, Duration> delays = new EnumMap<>(Direction.class);
    private @Nullable ByteCut byteCut;
    private @Nullable RequestCut requestCut;

    void stall(Direction direction) {
        stalled.addAll(direction.oneWay());
    }

    void unstall(Direction direction) {
        stalled.removeAll(direction.oneWay());
    }

    void delay(Direction direction, Duration delay) {
        direction.oneWay().forEach(way -> delays.put(way, delay));
    }

    void cutAfter(Direction direction, long bytes, Collection<ProxyLink> present) {
        Map<ProxyLink, Long> left = new IdentityHashMap<>();
        present.forEach(link -> left.put(link, bytes));
        byteCut = new ByteCut(direction, bytes, left);
    }

    void cutAfterRequest(String needle) {
        requestCut = new RequestCut(needle, new IdentityHashMap<>());
    }

    void opened(ProxyLink link) {
        if (byteCut != null && byteCut.left().isEmpty()) {
            byteCut.left().put(link, byteCut.bytes());
        }
    }

    void closed(ProxyLink link) {
        if (byteCut != null) {
            byteCut.left().remove(link);
        }
        if (requestCut != null) {
            requestCut.tails().remove(link);
        }
    }

    boolean stalled(Direction way) {
        return stalled.contains(way);
    }

    long delayNanos(Direction way) {
        return delays.getOrDefault(way, Duration.ZERO).toNanos();
    }

    /** How many of {@code wanted} bytes may be forwarded now. */
    int allowance(ProxyLink link, Direction way, int wanted) {
        ByteCut cut = byteCut;
        Long left = cut == null || cut.direction() != way ? null : cut.left().get(link);
        return left == null ? wanted : (int) Math.min(left, wanted);
    }

    /** Applies the rules that wait for bytes to the {@code written} ones, which the sink's kernel has now. */
    void forwarded(ProxyLink link, Direction way, ByteBuffer written) {
        if (requestCut != null && way == Direction.TO_SERVER && completes(requestCut, link, written)) {
            requestCut = null;
            link.discardReplies();
        }
        ByteCut cut = byteCut;
        Long left = cut == null || cut.direction() != way ? null : cut.left().get(link);
        if (cut != null && left != null) {
            cut.left().put(link, left - written.remaining());
            if (left == written.remaining()) {
                byteCut = null;
                link.reset();
            }
        }
    }

    private static boolean completes(RequestCut cut, ProxyLink link, ByteBuffer written) {
        String text = cut.tails().getOrDefault(link, "") + StandardCharsets.ISO_8859_1.decode(written.duplicate());
        int tail = Math.max(0, text.length() - cut.needle().length() + 1);
        cut.tails().put(link, text.substring(tail));
        return text.contains(cut.needle());
    }
}
