package io.broker4j.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the medium gives whom; on Redis a script decides the same. */
class StoredGroupTest {
    private final StoredGroup group = new StoredGroup(0);

    @Test
    void aMemberTakesOverWhatOthersLeftIdleAndNotItsOwn() {
        group.give("one");
        group.give("two");
        assertThat(group.takeOver("one", Duration.ZERO, 10)).containsExactly(new StoredGroup.Pending(2, 2));
        assertThat(group.takeOver("one", Duration.ZERO, 10)).isEmpty();
    }

    @Test
    void whatIsReleasedGoesToAnyMemberAtOnceAndWasNoDelivery() {
        group.give("one");
        group.release(1, 1);
        assertThat(group.pendingOf("one", 0, 10)).isEmpty();
        assertThat(group.takeOver("one", Duration.ofHours(1), 10)).containsExactly(new StoredGroup.Pending(1, 1));
    }
}
