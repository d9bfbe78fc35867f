package dev.errand.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.chaos.Entry.Kind;
import dev.errand.store.format.ClaimIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge of the chaos tests sees what is wrong, and nothing else. */
class HistoryTest {
    private static final long A = 101;
    private static final long B = 102;

    private final List<Entry> entries = new ArrayList<>();
    private long time;

    private HistoryTest then(long pid, Kind kind, long claim, String detail) {
        entries.add(Entry.of(new Entry(++time, pid, kind, claim, kind == Kind.STRUCK ? "" : "run_1", detail)
                .line()
                .strip()));
        return this;
    }

    private List<String> violations(int ends) {
        return new History(entries).violations(Map.of("run_1", ends));
    }

    private HistoryTest triggeredAndClaimedByA() {
        return then(1, Kind.TRIGGERED, 0, "").then(A, Kind.CLAIMED, 7, "1");
    }

    private static long ofNode(long number, long count) {
        return ClaimIds.id(number, count);
    }

    private HistoryTest report(long pid, long claim, String what, Kind answer) {
        return then(pid, Kind.SENT, claim, what).then(pid, answer, claim, what);
    }

    @Test
    void anOrdinaryLifeIsFine() {
        triggeredAndClaimedByA()
                .report(A, 7, "Retried", Kind.RECORDED)
                .then(B, Kind.CLAIMED, 8, "2")
                .report(B, 8, "Ended", Kind.RECORDED);
        assertThat(violations(1)).isEmpty();
    }

    @Test
    void aRunMayBeTakenFromAStruckNodeThatIsFencedThen() {
        triggeredAndClaimedByA()
                .then(A, Kind.STRUCK, 0, "")
                .then(B, Kind.CLAIMED, 8, "1")
                .report(A, 7, "Ended", Kind.LOST)
                .report(B, 8, "Ended", Kind.RECORDED);
        assertThat(violations(1)).isEmpty();
    }

    @Test
    void anAcknowledgedRunThatDoesNotEndIsLost() {
        triggeredAndClaimedByA();
        assertThat(violations(0)).singleElement().asString().contains("ended 0 times");
    }

    @Test
    void anEndThatIsToldTwiceIsSeen() {
        triggeredAndClaimedByA().report(A, 7, "Ended", Kind.RECORDED);
        assertThat(violations(2)).singleElement().asString().contains("ended 2 times");
    }

    @Test
    void endsOfTwoClaimsAreSeen() {
        triggeredAndClaimedByA()
                .then(A, Kind.STRUCK, 0, "")
                .then(B, Kind.CLAIMED, 8, "1")
                .report(B, 8, "Ended", Kind.RECORDED)
                .report(A, 7, "Ended", Kind.RECORDED);
        assertThat(violations(1))
                .anyMatch(violation -> violation.contains("ended by 2 claims"))
                .anyMatch(violation -> violation.contains("Ended was recorded by 101 after 102 had claimed it"));
    }

    @Test
    void aClaimOfWhatAHealthyNodeHoldsIsSeen() {
        triggeredAndClaimedByA().then(B, Kind.CLAIMED, 8, "1").report(B, 8, "Ended", Kind.RECORDED);
        assertThat(violations(1)).singleElement().asString().contains("claimed by 102 while 101 held it");
    }

    @Test
    void aClaimOfAnEndedRunIsSeen() {
        triggeredAndClaimedByA().report(A, 7, "Ended", Kind.RECORDED).then(B, Kind.CLAIMED, 8, "1");
        assertThat(violations(1)).singleElement().asString().contains("claimed by 102 after it had ended");
    }

    @Test
    void aClaimMayBeToldOfLateByANodeThatWasFrozenMeanwhile() {
        then(1, Kind.TRIGGERED, 0, "")
                .then(A, Kind.CLAIMED, ofNode(1, 7), "1")
                .then(A, Kind.STRUCK, 0, "")
                .then(B, Kind.CLAIMED, ofNode(2, 9), "1")
                .report(B, ofNode(2, 9), "Ended", Kind.RECORDED)
                .then(A, Kind.CLAIMED, ofNode(1, 8), "1");
        assertThat(violations(1)).isEmpty();
    }

    @Test
    void aClaimOfAnEndedRunByANodeThatWokeUpAndBeganAnewIsSeen() {
        then(1, Kind.TRIGGERED, 0, "")
                .then(A, Kind.CLAIMED, ofNode(1, 7), "1")
                .then(A, Kind.STRUCK, 0, "")
                .then(B, Kind.CLAIMED, ofNode(2, 9), "1")
                .report(B, ofNode(2, 9), "Ended", Kind.RECORDED)
                .then(A, Kind.CLAIMED, ofNode(3, 8), "1");
        assertThat(violations(1)).singleElement().asString().contains("claimed by 101 after it had ended");
    }

    @Test
    void aRetryWhoseAnswerWasLostMayBeRepeated() {
        triggeredAndClaimedByA()
                .then(A, Kind.SENT, 7, "Retried")
                .then(B, Kind.CLAIMED, 8, "2")
                .report(A, 7, "Retried", Kind.RECORDED)
                .report(B, 8, "Ended", Kind.RECORDED);
        assertThat(violations(1)).isEmpty();
    }
}
