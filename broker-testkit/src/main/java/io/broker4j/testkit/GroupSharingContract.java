package io.broker4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Broker;
import io.broker4j.Message;
import io.broker4j.SubscribeOptions;
import io.broker4j.SubscribeOptions.Retry;
import io.broker4j.Subscription;
import io.broker4j.Topic;
import org.junit.jupiter.api.Test;

/** How the members of a group share the work while one of them is busy. */
abstract class GroupSharingContract extends MembersContract {
    /** One delivery more than this would dead-letter a message. */
    private static final SubscribeOptions GROUP =
            SubscribeOptions.DEFAULTS.withGroup("workers").withRetry(Retry.DEFAULTS.withMaxDeliveries(1));

    private Broker member() {
        return connect("poll=100ms");
    }

    /** L9. If it fails: does a member claim more than there is room for? */
    @Test
    @Rule("L9")
    void aMemberHoldsNoMoreThanItsPrefetch() {
        Topic<String> topic = durable();
        Inbox<String> busy = gated();
        Subscription holding = subscribe(member(), topic, GROUP.withPrefetch(4), busy);
        publishNumbers(connect(), topic, 1, 20);
        busy.await(1);
        Inbox<String> idle = subscribed(member(), topic, GROUP);
        await("what nobody holds", () -> {
            assertThat(holding.stats().queued()).isLessThanOrEqualTo(4);
            return idle.payloads().containsAll(numbers(6, 20));
        });
        busy.open();
    }

    /** L9: also messages that were read before the current one turned out to take long. If it fails: is it given back? */
    @Test
    @Rule("L9")
    void whatWaitsBehindALongCallIsHandledByOthersMeanwhile() {
        Topic<String> topic = durable();
        Inbox<String> busy = gated();
        Subscription holding = subscribe(member(), topic, GROUP, busy);
        publishNumbers(connect(), topic, 1, 10);
        busy.await(1);
        Inbox<String> idle = subscribed(member(), topic, GROUP);
        assertThat(idle.await(9)).containsExactlyElementsOf(numbers(2, 10));
        assertThat(idle.messages()).allMatch(message -> message.attempt() == 1);
        busy.open();
        await("nothing left", () -> holding.stats().lag().orElse(1) == 0);
        assertThat(busy.payloads()).containsExactly("1");
    }

    /** L9, D1: in the order of the log. If it fails: can a member take over what it has given back itself? */
    @Test
    @Rule({"L9", "L3", "D1"})
    void whatAMemberHasGivenBackItHandlesItselfIfNobodyElseDoes() {
        givesBackAndHandlesInOrder(member(), () -> {});
    }

    /** L9, D1: if it fails, does a member learn only from the medium what it has given back itself? */
    @Test
    @Rule({"L9", "L3", "D1"})
    void whatAMemberHasGivenBackItHandlesBeforeNewerMessagesAlsoWithoutAHint() {
        givesBackAndHandlesInOrder(connect(), faults()::loseHints);
    }

    private void givesBackAndHandlesInOrder(Broker member, Runnable whileItIsBusy) {
        Topic<String> topic = durable();
        Inbox<String> busy = gated();
        Subscription only = subscribe(member, topic, GROUP, busy);
        publishNumbers(connect(), topic, 1, 20);
        busy.await(1);
        whileItIsBusy.run();
        await("the others, given back", () -> only.stats().queued() == 0);
        busy.open();
        assertThat(busy.awaitUpTo("20")).isEqualTo(numbers(1, 20));
        assertThat(busy.messages()).extracting(Message::attempt).containsOnly(1);
        await("nothing left", () -> only.stats().lag().orElse(1) == 0);
    }
}
