package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.RunOptions;
import dev.errand.store.postgres.Claiming.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nothing that was claimed is forgotten, whatever becomes of the request for which it was claimed. */
class ClaimingTest {
    private static final Set<String> A = Set.of("a");
    private final Claiming claiming = new Claiming(TimeUnit.HOURS.toNanos(1));

    @Test
    void aRequestThatIsReplacedWhileItIsServedStillGetsItsClaims() {
        Standing first = request("a");
        assertThat(claiming.lendToLook()).isEqualTo(first);
        Standing second = request("b");
        assertThat(first.stage()).isNotDone();
        List<Claim> claims = List.of(claim());
        claiming.giveBack(first, claims);
        assertThat(first.stage()).isCompletedWithValue(claims);
        assertThat(second.stage()).isNotDone();
        assertThat(claiming.isWorthALook()).isTrue();
    }

    @Test
    void aRequestThatIsReplacedWhileNobodyServesItIsAnsweredWithNothing() {
        Standing first = request("a");
        Standing second = request("b");
        assertThat(first.stage()).isCompletedWithValue(List.of());
        assertThat(second.stage()).isNotDone();
    }

    @Test
    void ofTwoReplacementsWhileTheFirstIsServedOneStands() {
        Standing first = request("a");
        assertThat(claiming.lendToLook()).isEqualTo(first);
        Standing second = request("b");
        Standing third = request("c");
        assertThat(second.stage()).isCompletedWithValue(List.of());
        claiming.giveBack(first, List.of());
        assertThat(first.stage()).isCompletedWithValue(List.of());
        assertThat(third.stage()).isNotDone();
    }

    @Test
    void newRunsPassNoBacklog() {
        Standing first = request("a");
        assertThat(claiming.lendForNew(A)).isNull(); // nobody has looked yet
        assertThat(claiming.lendToLook()).isEqualTo(first);
        claiming.looked(7, true);
        claiming.giveBack(first, List.of());
        assertThat(claiming.lendForNew(A)).isNull();
        assertThat(claiming.lendToLook()).isEqualTo(first);
        claiming.looked(9, false);
        claiming.giveBack(first, List.of());
        assertThat(claiming.lendForNew(A)).isEqualTo(first);
    }

    @Test
    void newRunsOfTasksThatNobodyAskedForAreNotWaitedFor() {
        Standing first = request("a");
        assertThat(claiming.lendToLook()).isEqualTo(first);
        claiming.looked(9, false);
        claiming.giveBack(first, List.of());
        assertThat(claiming.lendForNew(Set.of("a", "b"))).isNull();
        assertThat(claiming.lendForNew(A)).isEqualTo(first);
    }

    @Test
    void whoHasNoTasksNeedNotLook() {
        claiming.request(new Standing(new ClaimRequest(1, Set.of()), new CompletableFuture<>()));
        claiming.noticed(true);
        assertThat(claiming.isWorthALook()).isFalse();
        assertThat(claiming.isToBeLookedAt()).isFalse();
        assertThat(claiming.restNanos()).isEqualTo(Long.MAX_VALUE);
        request("a");
        assertThat(claiming.isWorthALook()).isTrue();
    }

    @Test
    void whoeverWantsToLookWhileItIsLentTriesAgainSoon() {
        Standing first = request("a");
        assertThat(claiming.lendToLook()).isEqualTo(first);
        claiming.looked(9, false);
        claiming.giveBack(first, List.of());
        assertThat(claiming.lendForNew(A)).isEqualTo(first);
        claiming.noticed(false);
        assertThat(claiming.isWorthALook()).isFalse();
        assertThat(claiming.restNanos()).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(10));
        claiming.giveBack(first, List.of());
        assertThat(claiming.isWorthALook()).isTrue();
    }

    @Test
    void aRequestIsToBeLookedAtUntilALookHasEndedThatBeganAfterTheLastNotice() {
        assertThat(claiming.isToBeLookedAt()).as("there is none").isFalse();
        Standing first = request("a");
        assertThat(claiming.isToBeLookedAt()).isTrue();
        assertThat(claiming.lendToLook()).isEqualTo(first);
        assertThat(claiming.isToBeLookedAt()).isTrue();
        claiming.noticed(false);
        claiming.looked(9, false);
        claiming.giveBack(first, List.of());
        assertThat(claiming.isToBeLookedAt()).as("it may have looked too early").isTrue();
        assertThat(claiming.lendToLook()).isEqualTo(first);
        claiming.looked(9, false);
        claiming.giveBack(first, List.of());
        assertThat(claiming.isToBeLookedAt()).isFalse();
    }

    private Standing request(String task) {
        Standing standing = new Standing(new ClaimRequest(1, Set.of(task)), new CompletableFuture<>());
        claiming.request(standing);
        return standing;
    }

    private static Claim claim() {
        Instant now = Instant.EPOCH;
        return new Claim(
                1,
                0,
                RunId.next(),
                "a",
                null,
                List.of(),
                1,
                0,
                false,
                false,
                now,
                now,
                null,
                new byte[0],
                null,
                RunOptions.NONE,
                null);
    }
}
