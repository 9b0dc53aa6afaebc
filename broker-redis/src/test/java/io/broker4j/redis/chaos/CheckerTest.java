package io.broker4j.redis.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.broker4j.redis.chaos.Checker.Verdict;
import io.broker4j.redis.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A clean history passes, and the same history with one fault planted shows exactly that fault. */
class CheckerTest {
    private final List<String> lines = new ArrayList<>(List.of(
            "0 subscribing s:1 chaos.* DROP_OLDEST",
            "10 subscribed s:1 0",
            "20 publishing p/chaos.a/1",
            "21 published p/chaos.a/1 OK",
            "22 received s:1 p/chaos.a/1",
            "25 publishing p/chaos.b/1",
            "26 published p/chaos.b/1 OK",
            "27 received s:1 p/chaos.b/1",
            "30 fault 500 cut false",
            "40 publishing p/chaos.a/2",
            "41 published p/chaos.a/2 OK",
            "45 publishing p/chaos.a/3",
            "46 published p/chaos.a/3 NOT_SENT",
            "47 publishing p/chaos.a/4",
            "48 published p/chaos.a/4 REJECTED",
            "49 publishing p/chaos.a/5",
            "2049 published p/chaos.a/5 UNKNOWN",
            "500 healed",
            "600 gap s:1 DISCONNECTED ?",
            "700 publishing p/chaos.a/6",
            "701 published p/chaos.a/6 OK",
            "702 received s:1 p/chaos.a/6",
            "703 publishing p/chaos.b/2",
            "704 published p/chaos.b/2 OK",
            "705 received s:1 p/chaos.b/2",
            "9000 left p broker-threads 0 0 0"));

    /** Another message that comes in time shows that the subscription is not behind as a whole. */
    private void heardAt(long millis) {
        lines.add(millis - 2 + " publishing q/chaos.a/1");
        lines.add(millis - 1 + " published q/chaos.a/1 OK");
        lines.add(millis + " received s:1 q/chaos.a/1");
    }

    /** The times above are milliseconds. */
    private Verdict check() {
        return Checker.check(new History(lines.stream()
                .map(line -> line.replaceFirst(" ", "000000 ").replace(' ', '\t'))
                .map(line -> line.replaceFirst("(fault|stuck)\t(\\d+)", "$1\t$2000000"))
                .map(Entry::parse)
                .toList()));
    }

    private List<Kind> found() {
        return check().violations().stream().map(Violation::kind).toList();
    }

    private void replace(String line, String... replacement) {
        int at = lines.indexOf(line);
        assertThat(at).as(line).isNotNegative();
        lines.remove(at);
        lines.addAll(at, List.of(replacement));
    }

    @Test
    void aCleanHistoryPassesAndItsLossIsReported() {
        assertThat(check().violations()).isEmpty();
        assertThat(check().reportedLost()).isOne();
    }

    @Test
    void whatNobodyPublishedIsFound() {
        lines.add("800 received s:1 p/chaos.a/7");
        assertThat(found()).containsExactly(Kind.NEVER_SENT);
    }

    @Test
    void whatWasNotSentAndIsReceivedIsFound() {
        replace("600 gap s:1 DISCONNECTED ?", "600 gap s:1 DISCONNECTED ?", "601 received s:1 p/chaos.a/3");
        assertThat(found()).containsExactly(Kind.NEVER_SENT);
    }

    @Test
    void whatWasRejectedAndIsReceivedIsFound() {
        replace("600 gap s:1 DISCONNECTED ?", "600 gap s:1 DISCONNECTED ?", "601 received s:1 p/chaos.a/4");
        assertThat(found()).containsExactly(Kind.NEVER_SENT);
    }

    @Test
    void whatMayHaveBeenPublishedMayBeReceived() {
        replace("600 gap s:1 DISCONNECTED ?", "600 gap s:1 DISCONNECTED ?", "601 received s:1 p/chaos.a/5");
        assertThat(found()).isEmpty();
    }

    @Test
    void aDuplicateIsFound() {
        lines.add("710 received s:1 p/chaos.b/2");
        assertThat(found()).containsExactly(Kind.TWICE);
    }

    @Test
    void aFrameThatCameAgainAndWasIgnoredIsFound() {
        lines.add("710 again p chaos.b");
        assertThat(found()).containsExactly(Kind.RESENT);
    }

    @Test
    void anInversionIsFoundAndTopicsAreIndependent() {
        replace("22 received s:1 p/chaos.a/1");
        replace("27 received s:1 p/chaos.b/1", "27 received s:1 p/chaos.b/1", "28 received s:1 p/chaos.a/1");
        assertThat(found()).isEmpty();
        replace("600 gap s:1 DISCONNECTED ?", "600 gap s:1 DISCONNECTED ?");
        replace("702 received s:1 p/chaos.a/6", "702 received s:1 p/chaos.a/6", "703 received s:1 p/chaos.a/2");
        assertThat(found()).containsExactly(Kind.DISORDER);
    }

    @Test
    void whatComesLongAfterItsPublishIsFound() {
        replace("705 received s:1 p/chaos.b/2", "2710 received s:1 p/chaos.b/2");
        heardAt(2_800);
        assertThat(found()).containsExactly(Kind.LATE);
    }

    @Test
    void whatAFaultMayHaveHeldBackIsNotLateUntilTwoSecondsAfterIt() {
        replace("30 fault 500 cut false", "30 fault 500 cut false", "2600 fault 5000 stall true");
        replace("705 received s:1 p/chaos.b/2", "6999 received s:1 p/chaos.b/2");
        heardAt(7_500);
        assertThat(found()).isEmpty();
        replace("6999 received s:1 p/chaos.b/2", "7010 received s:1 p/chaos.b/2");
        assertThat(found()).containsExactly(Kind.LATE);
    }

    @Test
    void whatIsLateWithEverythingElseShowsASlowMachineOnly() {
        replace("701 published p/chaos.a/6 OK", "701 published p/chaos.a/6 OK", "800 publishing q/chaos.a/1");
        replace("703 publishing p/chaos.b/2", "703 publishing p/chaos.b/2", "801 published q/chaos.a/1 OK");
        replace("705 received s:1 p/chaos.b/2", "2900 received s:1 p/chaos.b/2", "3600 received s:1 q/chaos.a/1");
        assertThat(found()).isEmpty();
        replace("801 published q/chaos.a/1 OK", "3590 published q/chaos.a/1 OK");
        assertThat(found()).containsExactly(Kind.LATE);
    }

    @Test
    void whatComesWhenAProcessDidNotGetToRunIsNotLate() {
        lines.add("2500 stuck 2800 q");
        replace("705 received s:1 p/chaos.b/2", "4799 received s:1 p/chaos.b/2", "4799 received s:1 p/chaos.a/99");
        lines.addAll(List.of("4700 publishing p/chaos.a/99", "4701 published p/chaos.a/99 OK"));
        assertThat(found()).isEmpty();
        replace("2500 stuck 2800 q");
        assertThat(found()).containsExactly(Kind.LATE);
    }

    @Test
    void whatAMailboxMayHaveHeldBackIsNotLate() {
        replace("10 subscribed s:1 0", "10 subscribed s:1 4000000000");
        replace("705 received s:1 p/chaos.b/2", "5704 received s:1 p/chaos.b/2");
        heardAt(5_800);
        assertThat(found()).isEmpty();
    }

    @Test
    void aLossWithoutAGapIsFound() {
        replace("600 gap s:1 DISCONNECTED ?");
        assertThat(found()).containsExactly(Kind.LOST);
        assertThat(check().violations().get(0).shown(0))
                .startsWith("LOST: s:1 missed p/chaos.a/2, told nothing before it received 6")
                .contains("0.030 s  fault", "0.040 s  publishing p/chaos.a/2", "0.702 s  received s:1 p/chaos.a/6");
    }

    @Test
    void aGapAfterTheNextMessageOfThatPublisherAndTopicIsTooLate() {
        replace("600 gap s:1 DISCONNECTED ?");
        replace("702 received s:1 p/chaos.a/6", "702 received s:1 p/chaos.a/6", "702 gap s:1 DISCONNECTED ?");
        assertThat(found()).containsExactly(Kind.LOST);
    }

    @Test
    void aGapBeforeThePrecedingMessageIsTooEarly() {
        replace("600 gap s:1 DISCONNECTED ?");
        replace("22 received s:1 p/chaos.a/1", "22 gap s:1 DISCONNECTED ?", "22 received s:1 p/chaos.a/1");
        assertThat(found()).containsExactly(Kind.LOST);
    }

    @Test
    void aGapToldBeforeTheMessageWasPublishedIsAboutOthers() {
        replace("600 gap s:1 DISCONNECTED ?", "35 gap s:1 DISCONNECTED ?");
        assertThat(found()).containsExactly(Kind.LOST);
    }

    @Test
    void aMailboxThatRefusesTheNewestTellsWhereItBegan() {
        replace("600 gap s:1 DISCONNECTED ?");
        replace("22 received s:1 p/chaos.a/1", "600 gap s:1 OVERFLOW 1", "600 received s:1 p/chaos.a/1");
        assertThat(found()).containsExactly(Kind.LOST);
        replace("0 subscribing s:1 chaos.* DROP_OLDEST", "0 subscribing s:1 chaos.* DROP_NEWEST");
        assertThat(found()).isEmpty();
    }

    @Test
    void theLossOfTheLastMessageIsFound() {
        replace("705 received s:1 p/chaos.b/2");
        assertThat(found()).containsExactly(Kind.LOST);
    }

    @Test
    void whatWasPublishedBeforeTheSubscriptionWasLiveMayBeMissing() {
        replace("10 subscribed s:1 0", "20 subscribed s:1 0");
        replace("22 received s:1 p/chaos.a/1");
        assertThat(found()).isEmpty();
    }

    @Test
    void whatComesAfterTheLastMessageOfAClosedSubscriptionMayBeMissing() {
        replace("705 received s:1 p/chaos.b/2", "703 unsubscribing s:1");
        assertThat(found()).isEmpty();
    }

    @Test
    void aPublishThatEndsLateOrNeverIsFound() {
        replace("2049 published p/chaos.a/5 UNKNOWN", "3050 published p/chaos.a/5 UNKNOWN");
        assertThat(found()).containsExactly(Kind.OVERDUE);
        replace("3050 published p/chaos.a/5 UNKNOWN");
        assertThat(found()).containsExactly(Kind.OVERDUE);
    }

    @Test
    void theTimeInWhichAProcessDidNotRunDoesNotCount() {
        replace("2049 published p/chaos.a/5 UNKNOWN", "3950 published p/chaos.a/5 UNKNOWN", "1000 stuck 1990 q");
        assertThat(found()).containsExactly(Kind.OVERDUE);
        replace("1000 stuck 1990 q", "1000 stuck 1990 p");
        assertThat(found()).isEmpty();
    }

    @Test
    void aSubscribeThatEndsLateOrNeverIsFound() {
        lines.add("0 subscribing late:1 chaos.a DROP_OLDEST");
        assertThat(found()).containsExactly(Kind.OVERDUE);
        lines.add("6001 refused late:1 timeout");
        assertThat(found()).containsExactly(Kind.OVERDUE);
        replace("6001 refused late:1 timeout", "5999 refused late:1 timeout");
        assertThat(found()).isEmpty();
    }

    @Test
    void aSubscriptionThatHearsNothingAfterTheLastFaultIsFound() {
        lines.addAll(List.of("0 subscribing deaf:1 chaos.a DROP_OLDEST", "10 subscribed deaf:1 0"));
        lines.addAll(List.of("22 received deaf:1 p/chaos.a/1", "710 gap deaf:1 DISCONNECTED ?"));
        assertThat(found()).containsExactly(Kind.DEAF);
        lines.addAll(List.of("10501 publishing p/chaos.a/7", "10501 published p/chaos.a/7 OK"));
        lines.addAll(List.of("10501 received s:1 p/chaos.a/7", "10501 received deaf:1 p/chaos.a/7"));
        assertThat(found()).containsExactly(Kind.DEAF);
    }

    @Test
    void aPublisherThatDoesNotSucceedAfterTheLastFaultIsFound() {
        lines.addAll(List.of("20 publishing q/other/1", "21 published q/other/1 OK"));
        lines.addAll(List.of("900 publishing q/other/2", "901 published q/other/2 NOT_SENT"));
        assertThat(found()).containsExactly(Kind.MUTE);
    }

    @Test
    void whatIsLeftOverIsFound() {
        replace("9000 left p broker-threads 0 0 0", "9000 left p broker-threads 0 1 0");
        assertThat(found()).containsExactly(Kind.LEFTOVER);
        replace("9000 left p broker-threads 0 1 0", "9000 left p bytes 5 7 2");
        assertThat(found()).isEmpty();
    }

    @Test
    void linesAreReadAsTheyAreWritten() {
        assertThat(lines.stream().map(line -> line.replace(' ', '\t')))
                .allSatisfy(line -> assertThat(Entry.parse(line).line()).isEqualTo(line));
    }

    @Test
    void theFiguresCountWhatTheHistoryHolds() {
        lines.add("800 received s:1 p/chaos.b/2");
        History history = new History(
                lines.stream().map(line -> Entry.parse(line.replace(' ', '\t'))).toList());
        Figures figures = Figures.of(history, Checker.check(history));
        assertThat(figures.plus(figures).line("total").replaceAll(" +", " "))
                .isEqualTo("total 2 16 10 2 2 2 10 2 0 2 2 0 0/0/0 RED {TWICE=2}");
    }
}
