package io.broker4j.redis.chaos;

import io.broker4j.Gap;
import io.broker4j.redis.chaos.Entry.Gapped;
import io.broker4j.redis.chaos.Entry.Received;
import io.broker4j.redis.chaos.Entry.Subscribing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The history of one subscription. */
final class SubscriptionLog {
    static final long NEVER = Long.MAX_VALUE;

    final Subscribing asked;
    /** When the future of the subscribe completed, either way. */
    long answered = NEVER;

    long live = NEVER;
    long ended = NEVER;
    long lag;

    /** The {@link Received} and {@link Gapped}, in the order of the subscriber's calls. */
    final List<Entry> calls = new ArrayList<>();

    SubscriptionLog(Subscribing asked) {
        this.asked = asked;
    }

    String name() {
        return asked.subscription();
    }

    /** Whose it is: its name begins with that. */
    String process() {
        return name().substring(0, name().indexOf(':'));
    }

    /** Whether it was there until the end of the run. */
    boolean lasts() {
        return live != NEVER && ended == NEVER;
    }

    List<Received> received() {
        return calls.stream()
                .filter(Received.class::isInstance)
                .map(Received.class::cast)
                .toList();
    }

    /** For each place among the calls, the place of the last gap before it for one of some reasons; -1 if there is none. */
    int[] gapBefore(Gap.Reason... reasons) {
        Set<Gap.Reason> some = Set.of(reasons);
        int[] before = new int[calls.size() + 1];
        before[0] = -1;
        for (int i = 0; i < calls.size(); i++) {
            before[i + 1] = calls.get(i) instanceof Gapped gap && some.contains(gap.reason()) ? i : before[i];
        }
        return before;
    }
}
