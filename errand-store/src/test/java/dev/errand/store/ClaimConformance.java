package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.BatchId;
import dev.errand.Limits;
import dev.errand.Machine;
import dev.errand.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims: in which order, by whom, and when. */
public abstract class ClaimConformance extends StoreTest {
    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    @Test
    void runsAreClaimedInTheOrderTheyCame() {
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(enqueueGreet());
        }
        assertThat(claim(store, 30)).extracting(Claim::run).isEqualTo(ids.subList(0, 30));
        assertThat(claim(store, 100)).extracting(Claim::run).isEqualTo(ids.subList(30, 100));
    }

    @Test
    void aHeadStartPutsARunBeforeThoseThatCameWithinIt() {
        RunId early = enqueueGreet();
        clock.advance(Duration.ofSeconds(30));
        RunId late = enqueueGreet();
        RunId headStart = enqueue(NewRuns.of(GREET, clock).priority(20));
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(early, headStart, late);
    }

    @Test
    void tasksThatTakeTurnsAreServedAlike() {
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ids.add(enqueue(NewRuns.of(i % 3 == 0 ? "b" : i % 3 == 1 ? "a" : "c", clock)));
        }
        List<Claim> claims = await(store.claim(new ClaimRequest(7, Set.of("a", "b", "c"))));
        assertThat(claims).extracting(Claim::run).isEqualTo(ids.subList(0, 7));
        claims = await(store.claim(new ClaimRequest(7, Set.of("a", "b", "c"))));
        assertThat(claims).extracting(Claim::run).isEqualTo(ids.subList(7, 12));
    }

    @Test
    void runsOfOtherTasksAreLeftAlone() {
        store.enqueue(NewRuns.many(500, "unknown", clock));
        RunId known = enqueueGreet();
        assertThat(claim(store, 10)).extracting(Claim::run).containsExactly(known);
        assertNothingClaimable(store);
    }

    @Test
    void whoAlsoAsksForATaskThatNobodyKnowsRestsOnceItHasLooked() {
        assertThat(claimNow(store, new ClaimRequest(10, Set.of(GREET, "unknown to all"))))
                .isEmpty();
    }

    @Test
    void aNodeOfSomeQueuesIsGivenWhatWaitsThereAndNothingElse() {
        store.queues()
                .declare(List.of(
                        new QueueEntry("plain", Limits.none()),
                        new QueueEntry("limited", Limits.none().concurrency(5)),
                        new QueueEntry("other", Limits.none())));
        enqueueGreet();
        List<RunId> asked = new ArrayList<>();
        for (String queue : List.of("plain", "other", "limited")) {
            for (String key : List.of("", "k")) {
                RunOptions options = RunOptions.NONE.withQueue(queue).withConcurrencyKey(key.isEmpty() ? null : key);
                RunId run = enqueue(NewRuns.of(GREET, clock).options(options));
                if (!queue.equals("other")) {
                    asked.add(run);
                }
            }
        }
        ClaimRequest some = new ClaimRequest(20, 20, Set.of(GREET), Set.of("plain", "limited"));
        List<RunId> given = new ArrayList<>();
        while (given.size() < asked.size()) {
            await(store.claim(some)).forEach(claim -> given.add(claim.run()));
        }
        assertThat(given).containsExactlyInAnyOrderElementsOf(asked);
        CompletionStage<List<Claim>> more = store.claim(some);
        enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.withQueue("other")));
        enqueueGreet();
        RunId plain = enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.withQueue("plain")));
        assertThat(await(more)).extracting(Claim::run).containsExactly(plain);
    }

    @Test
    void taskIdsIgnoreCase() {
        RunId run = enqueue(NewRuns.of("GREET", clock));
        assertThat(claim(store, 1)).extracting(Claim::run).containsExactly(run);
    }

    @Test
    void aClaimCarriesAllTheTriggerSaid() {
        RunOptions options = new RunOptions(
                MINUTE,
                dev.errand.TimeoutFrom.START,
                7,
                "{\"note\":\"ä \\\"quoted\\\"\"}",
                RunId.next(),
                BatchId.next(clock.instant()),
                null,
                null,
                Machine.of(3, 6.5),
                MINUTE,
                "once",
                RunId.next(),
                RunId.next(),
                3,
                MINUTE,
                true,
                "sched_1",
                "all \"in\" words");
        RunId id = enqueue(NewRuns.of(GREET, clock)
                .named("nightly")
                .tagged("a", "b \"c\"")
                .payload("[1,2]")
                .expiresIn(MINUTE)
                .options(options));
        Claim claim = claimOne();
        assertThat(claim.run()).isEqualTo(id);
        assertThat(claim.task()).isEqualTo(GREET);
        assertThat(claim.name()).isEqualTo("nightly");
        assertThat(claim.tags()).containsExactly("a", "b \"c\"");
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.redeliveries()).isZero();
        assertThat(claim.suspect()).isFalse();
        assertThat(claim.createdAt()).isEqualTo(clock.instant());
        assertThat(claim.expiresAt()).isEqualTo(clock.instant().plus(MINUTE));
        assertThat(claim.payload()).asString().isEqualTo("[1,2]");
        assertThat(claim.metadata()).isEqualTo(options.metadata());
        assertThat(claim.options()).isEqualTo(options);
    }

    @Test
    void noRunIsClaimedTwice() {
        enqueueGreet();
        Store other = openNode("other");
        assertThat(claim(store, 5)).hasSize(1);
        assertNothingClaimable(store);
        assertNothingClaimable(other);
    }

    @Test
    void aRequestStandsUntilSomethingIsEnqueued() {
        CompletionStage<List<Claim>> request = store.claim(new ClaimRequest(5, Set.of(GREET)));
        assertThat(request.toCompletableFuture()).isNotDone();
        RunId run = enqueueGreet();
        assertThat(await(request)).extracting(Claim::run).containsExactly(run);
    }

    @Test
    void aRequestStandsUntilADelayedRunIsDue() {
        RunId run = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        CompletionStage<List<Claim>> request = store.claim(new ClaimRequest(5, Set.of(GREET)));
        store.advance();
        assertThat(request.toCompletableFuture()).isNotDone();
        clock.advance(MINUTE);
        store.advance();
        assertThat(await(request)).extracting(Claim::run).containsExactly(run);
    }

    @Test
    void aRequestHearsOfAnotherProcess() {
        CompletionStage<List<Claim>> request = store.claim(new ClaimRequest(5, Set.of(GREET)));
        Store other = open();
        NewRun run = NewRuns.of(GREET, clock).build();
        other.enqueue(List.of(run));
        assertThat(await(request)).extracting(Claim::run).containsExactly(run.id());
    }

    @Test
    void theNextRequestReplacesTheOneBefore() {
        CompletionStage<List<Claim>> first = store.claim(new ClaimRequest(5, Set.of(GREET)));
        CompletionStage<List<Claim>> second = store.claim(new ClaimRequest(5, Set.of("other")));
        assertThat(await(first)).isEmpty();
        RunId run = enqueue(NewRuns.of("other", clock));
        assertThat(await(second)).extracting(Claim::run).containsExactly(run);
    }

    @Test
    void onlyANodeClaims() {
        assertThatThrownBy(() -> await(open().claim(new ClaimRequest(1, Set.of(GREET)))))
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anExpiredRunIsNotClaimed() {
        enqueue(NewRuns.of(GREET, clock).expiresIn(MINUTE));
        clock.advance(MINUTE);
        assertNothingClaimable(store);
    }

    @Test
    void claimsOfTwoNodesNeverShareAnId() {
        enqueueGreet();
        enqueueGreet();
        Store other = openNode("other");
        Claim first = claimOne();
        Claim second = claim(other, 1).getFirst();
        assertThat(first.id()).isNotEqualTo(second.id());
    }

    @Test
    void aNodeThatLeavesGivesItsClaimsBack() {
        RunId run = enqueueGreet();
        claimOne();
        store.leave();
        Store other = openNode("other");
        Claim again = claim(other, 1).getFirst();
        assertThat(again.run()).isEqualTo(run);
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.redeliveries()).isZero();
        assertThat(again.suspect()).isFalse();
    }
}
