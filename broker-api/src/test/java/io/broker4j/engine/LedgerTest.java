package io.broker4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.Position;
import io.broker4j.spi.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of the entries of a group's member, without a medium and without time. */
class LedgerTest {
    private static final Exception FAILURE = new IllegalStateException("says this test");

    private final Ledger ledger = new Ledger(3);

    private static Position at(int number) {
        return Position.of(0, number);
    }

    private static Delivery delivery(int number, int attempt) {
        return new Delivery(Frame.bare(new byte[0]), "t", at(number), attempt);
    }

    /** An entry that waits in the mailbox. */
    private Delivery given(int number, int attempt) {
        assertThat(ledger.add(at(number), attempt)).isTrue();
        Delivery delivery = delivery(number, attempt);
        ledger.waits(delivery);
        return delivery;
    }

    private Delivery begun(int number, int attempt) {
        Delivery delivery = given(number, attempt);
        assertThat(ledger.begin(delivery)).isTrue();
        return delivery;
    }

    @Test
    void anEntryIsOwnedUntilItIsAcknowledged() {
        Delivery delivery = given(1, 1);
        assertThat(ledger.waiting()).isEqualTo(1);
        assertThat(ledger.begin(delivery)).isTrue();
        assertThat(ledger.waiting()).isZero();
        ledger.handled(delivery);
        List<Position> taken = ledger.takeHandled();
        assertThat(taken).containsExactly(at(1));
        assertThat(ledger.hasHandled()).isFalse();
        assertThat(ledger.held()).isEqualTo(1);

        ledger.notAcknowledged(taken);
        assertThat(ledger.takeHandled()).containsExactly(at(1));

        ledger.acknowledged(taken);
        assertThat(ledger.held()).isZero();
        assertThat(ledger.done()).isEqualTo(1);
    }

    @Test
    void anEntryThatIsKnownIsNotGivenTwice() {
        given(1, 1);
        assertThat(ledger.add(at(1), 2)).isFalse();
        assertThat(ledger.attempt(at(1))).isEqualTo(1);
    }

    @Test
    void noMoreThan256AreAcknowledgedTogether() {
        IntStream.rangeClosed(1, 300).forEach(number -> ledger.handled(begun(number, 1)));
        assertThat(ledger.takeHandled()).hasSize(256);
        assertThat(ledger.takeHandled()).hasSize(44);
    }

    @Test
    void aFailedEntryIsPutAsideUntilItComesDue() {
        assertThat(ledger.failed(begun(1, 1), FAILURE)).isTrue();
        assertThat(ledger.hasDue()).isFalse();
        assertThat(ledger.attempt(at(1))).isEqualTo(2);
        ledger.comesDue(at(1));
        assertThat(ledger.nextDue()).isEqualTo(at(1));

        ledger.waits(delivery(1, 2));
        assertThat(ledger.hasDue()).isFalse();
        assertThat(ledger.waiting()).isEqualTo(1);
    }

    /** Its next delivery may fail before the step that delivered it again has ended. */
    @Test
    void anEntryThatFailsAtOnceIsPutAsideAgain() {
        ledger.failed(begun(1, 1), FAILURE);
        ledger.comesDue(at(1));
        Delivery again = delivery(1, 2);
        ledger.waits(again);
        ledger.begin(again);
        assertThat(ledger.failed(again, FAILURE)).isTrue();
        ledger.comesDue(at(1));
        assertThat(ledger.nextDue()).isEqualTo(at(1));
    }

    @Test
    void theLastFailureMakesADeadLetter() {
        assertThat(ledger.failed(begun(1, 3), FAILURE)).isFalse();
        DeadLetter letter = ledger.takeDead();
        assertThat(letter.message().position()).isEqualTo(at(1));
        ledger.buried(letter);
        assertThat(ledger.held()).isZero();
        assertThat(ledger.done()).isEqualTo(1);
    }

    @Test
    void aFailedBurialIsRepeatedAndMayHaveBeenCarriedOut() {
        ledger.undecodable(begun(1, 1), FAILURE);
        DeadLetter letter = ledger.takeDead();
        assertThat(ledger.notBuried(letter)).isEqualTo(1);
        assertThat(ledger.hasDead()).isFalse();
        assertThat(ledger.isPerhapsBuried(at(1))).isTrue();
        assertThat(ledger.isBuryingInVain()).isFalse();
        ledger.buryAgain(letter);
        assertThat(ledger.notBuried(ledger.takeDead())).isEqualTo(2);
        assertThat(ledger.isBuryingInVain()).isTrue();

        ledger.buryAgain(letter);
        ledger.buried(ledger.takeDead());
        assertThat(ledger.isPerhapsBuried(at(1))).isFalse();
        assertThat(ledger.isBuryingInVain()).isFalse();
    }

    @Test
    void deadLettersThatCannotBeWrittenHoldTheMemberUp() {
        List<DeadLetter> unwritten = new ArrayList<>();
        for (int number = 1; number <= 64; number++) {
            assertThat(ledger.isHeldUp()).isFalse();
            ledger.undecodable(begun(number, 1), FAILURE);
            unwritten.add(ledger.takeDead());
            ledger.notBuried(unwritten.get(number - 1));
        }
        assertThat(ledger.isFull()).isTrue();
        ledger.buryAgain(unwritten.get(0));
        assertThat(ledger.isFull()).isFalse();
    }

    @Test
    void entriesPutAsideAreBounded() {
        for (int number = 1; number <= 1_024; number++) {
            assertThat(ledger.isFull()).isFalse();
            ledger.failed(begun(number, 1), FAILURE);
        }
        assertThat(ledger.isFull()).isTrue();
    }

    @Test
    void whatIsGivenBackDoesNotBegin() {
        ledger.failed(begun(1, 1), FAILURE);
        ledger.handled(begun(2, 1));
        Delivery waiting = given(3, 1);
        Delivery running = begun(4, 1);
        assertThat(ledger.giveBackAll()).isEqualTo(Map.of(at(1), 2, at(3), 1));
        ledger.handled(running);
        assertThat(ledger.begin(waiting)).isFalse();
        assertThat(ledger.takeHandled()).containsExactly(at(2), at(4));
    }

    @Test
    void onlyWhatCouldBeginNowIsGivenBackToIdleMembers() {
        ledger.failed(begun(1, 1), FAILURE);
        ledger.failed(begun(2, 1), FAILURE);
        ledger.comesDue(at(1));
        given(3, 1);
        Delivery running = begun(4, 1);
        assertThat(ledger.giveBackReady()).isEqualTo(Map.of(at(1), 2, at(3), 1));
        assertThat(ledger.positions()).containsExactlyInAnyOrder(at(2), at(4));

        ledger.handled(running);
        assertThat(ledger.takeHandled()).containsExactly(at(4));
    }

    /** It was lost and received again while its handler ran. */
    @Test
    void anEntryThatWaitsBehindItsFormerDeliveryIsGivenBack() {
        begun(1, 1);
        ledger.retain(List.of(at(1)), List.of());
        given(1, 2);
        assertThat(ledger.hasOthers()).isTrue();
        assertThat(ledger.hasReady()).isTrue();
        assertThat(ledger.giveBackReady()).isEqualTo(Map.of(at(1), 2));
        ledger.returned();
        assertThat(ledger.hasReady()).isFalse();
        assertThat(ledger.hasOthers()).isFalse();
    }

    /** It was lost and received again, with the same count, while its handler ran. */
    @Test
    void aFailureBeforeAnotherDeliveryThatWaitsIsNotRecorded() {
        Delivery former = begun(1, 1);
        ledger.retain(List.of(at(1)), List.of());
        given(1, 1);
        assertThat(ledger.failed(former, FAILURE)).isFalse();
        ledger.comesDue(at(1));
        assertThat(ledger.hasDue()).isFalse();
        assertThat(ledger.attempt(at(1))).isEqualTo(1);
    }

    /** It was lost and received again before it was acknowledged. */
    @Test
    void aHandledEntryThatWaitsIsAcknowledgedAndNotGivenBack() {
        ledger.handled(begun(1, 1));
        ledger.retain(List.of(at(1)), List.of());
        given(1, 2);
        assertThat(ledger.hasReady()).isFalse();
        assertThat(ledger.giveBackReady()).isEmpty();
        ledger.acknowledged(ledger.takeHandled());
        assertThat(ledger.hasOthers()).isFalse();
    }

    /** So that whoever takes it over buries it, and does not handle it once more. */
    @Test
    void aDeadLetterIsGivenBackAsDeliveredOnceTooOften() {
        ledger.failed(begun(1, 3), FAILURE);
        assertThat(ledger.giveBackAll()).isEqualTo(Map.of(at(1), 4));
    }

    @Test
    void givingBackIsRepeatedUntilItSucceeds() {
        given(1, 1);
        ledger.giveBackAll();
        assertThat(ledger.isReturning()).isTrue();
        given(2, 1);
        assertThat(ledger.giveBackAll()).containsOnlyKeys(at(1), at(2));
        ledger.returned();
        assertThat(ledger.isReturning()).isFalse();
        assertThat(ledger.hasOthers()).isFalse();
    }

    /** It was given back, and the member received it again: only the newer delivery may begin. */
    @Test
    void anOlderDeliveryOfTheSameEntryDoesNotBegin() {
        Delivery older = given(1, 1);
        ledger.giveBackAll();
        ledger.returned();
        Delivery newer = given(1, 1);
        assertThat(ledger.begin(older)).isFalse();
        assertThat(ledger.begin(newer)).isTrue();
    }

    @Test
    void entriesThatOthersOwnAreForgotten() {
        Delivery kept = given(1, 1);
        Delivery gone = given(2, 1);
        ledger.retain(ledger.positions(), List.of(at(1)));
        assertThat(ledger.begin(gone)).isFalse();
        assertThat(ledger.begin(kept)).isTrue();
    }

    @Test
    void theOutcomeOfAForgottenEntryIsNotRecorded() {
        Delivery delivery = begun(1, 1);
        ledger.forget();
        ledger.handled(delivery);
        assertThat(ledger.hasHandled()).isFalse();
        assertThat(ledger.failed(delivery, FAILURE)).isFalse();
        assertThat(ledger.held()).isZero();
    }

    @Test
    void anEntryThatWasTakenOverIsFinishedBeforeTheNextIsTakenOver() {
        ledger.tookOver(at(1));
        Delivery delivery = begun(1, 2);
        assertThat(ledger.hasTakenOver()).isTrue();
        ledger.failed(delivery, FAILURE);
        assertThat(ledger.hasTakenOver()).isFalse();
    }

    @Test
    void progressIsMadeByEachDelivery() {
        long before = ledger.progress();
        Delivery delivery = begun(1, 1);
        long begun = ledger.progress();
        assertThat(begun).isGreaterThan(before);
        ledger.handled(delivery);
        assertThat(ledger.progress()).isGreaterThan(begun);
    }
}
