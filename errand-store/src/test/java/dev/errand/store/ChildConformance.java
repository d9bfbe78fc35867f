package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Event;
import dev.errand.FailureKind;
import dev.errand.PurgeAnswer;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that trigger others, and wait for their ends. */
public abstract class ChildConformance extends StoreTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String CHILD = "child";

    @BeforeEach
    void joinStore() {
        store.join("first", 100);
    }

    private StepEntry step(int position) {
        Instant now = clock.instant();
        byte[] ids = "[]".getBytes(StandardCharsets.UTF_8);
        return new StepEntry(position, "child:child#" + position, CHILD, 1, now, null, ids, null);
    }

    private NewRuns child(RunId parent) {
        return NewRuns.of(CHILD, clock).options(NewRuns.childOf(parent));
    }

    private static Spawn spawned(Claim claim, StepEntry step, NewRun... children) {
        return new Spawn(claim, step, List.of(children), true);
    }

    private Report.Waiting waiting(Claim claim, @Nullable Duration atMost, boolean any, NewRun... children) {
        Instant now = clock.instant();
        List<RunId> ids = List.of(children).stream().map(NewRun::id).toList();
        return new Report.Waiting(
                claim,
                now,
                now,
                List.of(),
                atMost == null ? null : now.plus(atMost),
                new Report.Awaits(ids, List.of(), any));
    }

    private List<Claim> claimChildren(Store by, int most) {
        return await(by.claim(new ClaimRequest(most, Set.of(CHILD))));
    }

    private void advanceAll() {
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
    }

    private static AwaitedEnd only(List<AwaitedEnd> ends) {
        assertThat(ends).hasSize(1);
        return ends.getFirst();
    }

    @Test
    void whatIsSpawnedIsThereWithTheStepThatSaysSo() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun one = child(parent).build();
        NewRun two = child(parent).in(HOUR).build();
        assertThat(store.spawn(spawned(claim, step(1), one, two))).isEqualTo(Receipt.RECORDED);
        assertThat(state(one.id())).isEqualTo(RunState.QUEUED);
        assertThat(state(two.id())).isEqualTo(RunState.DELAYED);
        assertThat(info(one.id()).parent()).isEqualTo(parent);
        assertThat(store.steps(parent, 0, 10)).extracting(StepEntry::name).containsExactly(CHILD);
        assertThat(events(store))
                .filteredOn(event -> event.run().equals(one.id()))
                .extracting(Event::to)
                .containsExactly(RunState.QUEUED);
        assertThat(claimChildren(store, 10)).extracting(Claim::run).containsExactly(one.id());
    }

    @Test
    void aSpawnThatIsToldAgainIsOne() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun child = child(parent).build();
        Spawn report = spawned(claim, step(1), child);
        assertThat(store.spawn(report)).isEqualTo(Receipt.RECORDED);
        assertThat(store.spawn(report)).isEqualTo(Receipt.RECORDED);
        assertThat(store.steps(parent, 0, 10)).hasSize(1);
        Claim claimed = claimChildren(store, 10).getFirst();
        assertThat(store.spawn(report)).as("its child executes").isEqualTo(Receipt.RECORDED);
        assertThat(record(completed(claimed))).isEqualTo(Receipt.RECORDED);
        assertThat(store.spawn(report)).as("its child has ended").isEqualTo(Receipt.RECORDED);
        assertThat(only(store.ends(parent, List.of(child.id()))).state()).isEqualTo(RunState.COMPLETED);
        assertNothingClaimable(store);
    }

    @Test
    void whoLostTheClaimSpawnsNothing() {
        Store other = openNode("other");
        RunId parent = enqueueGreet();
        Claim lost = claim(other, 1).getFirst();
        kill(other);
        store.recover();
        NewRun child = child(parent).build();
        assertThat(store.spawn(spawned(lost, step(1), child))).isEqualTo(Receipt.LOST);
        assertThat(store.find(child.id())).isEmpty();
        assertThat(store.steps(parent, 0, 10)).isEmpty();
    }

    @Test
    void manySpawnAtTheSameTime() {
        List<NewRun> parents = NewRuns.many(40, GREET, clock);
        store.enqueue(parents);
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (Claim claim : claim(store, 40)) {
            Spawn spawn = spawned(
                    claim,
                    step(1),
                    child(claim.run()).build(),
                    child(claim.run()).build());
            receipts.add(CompletableFuture.supplyAsync(() -> store.spawn(spawn)));
            receipts.add(CompletableFuture.supplyAsync(() -> record(new Report.Journaled(claim, step(2)))));
        }
        receipts.forEach(receipt -> assertThat(await(receipt)).isEqualTo(Receipt.RECORDED));
        assertThat(claimChildren(store, 100)).hasSize(80);
        parents.forEach(parent -> assertThat(store.steps(parent.id(), 0, 10)).hasSize(2));
    }

    @Test
    void aRunGoesOnWhenAllThatItAwaitsHasEnded() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun one = child(parent).build();
        NewRun two = child(parent).build();
        store.spawn(spawned(claim, step(1), one, two));
        assertThat(record(waiting(claim, null, false, one, two))).isEqualTo(Receipt.RECORDED);
        RunInfo info = info(parent);
        assertThat(info.state()).isEqualTo(RunState.WAITING);
        assertThat(info.dueAt()).as("of a wait without a limit").isNull();
        assertThat(store.advance()).isEmpty();

        List<Claim> claims = claimChildren(store, 2);
        record(completed(claims.getFirst()));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        assertThat(store.ends(parent, List.of(one.id(), two.id()))).hasSize(1);

        record(failed(claims.getLast(), false));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(info(parent).dueAt()).isBeforeOrEqualTo(clock.instant());
        Claim again = claimOne();
        assertThat(again.run()).isEqualTo(parent);
        assertThat(again.resumed()).isTrue();
        assertThat(again.attempt()).isEqualTo(1);
        List<AwaitedEnd> ends = store.ends(parent, List.of(one.id(), two.id()));
        assertThat(ends).extracting(AwaitedEnd::state).containsExactlyInAnyOrder(RunState.COMPLETED, RunState.FAILED);
        AwaitedEnd done = ends.stream()
                .filter(end -> end.state() == RunState.COMPLETED)
                .findFirst()
                .orElseThrow();
        assertThat(done.output()).asString(StandardCharsets.UTF_8).isEqualTo("\"done\"");
        assertThat(done.failure()).isNull();
        AwaitedEnd failed = ends.stream()
                .filter(end -> end.state() == RunState.FAILED)
                .findFirst()
                .orElseThrow();
        assertThat(failed.output()).isNull();
        assertThat(Objects.requireNonNull(failed.failure()).message()).isEqualTo("boom");
        assertThat(failed.reason()).isEqualTo("because");
        assertThat(record(completed(again))).isEqualTo(Receipt.RECORDED);
    }

    @Test
    void theFirstOfSeveralSufficesForOneThatAwaitsAny() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun one = child(parent).build();
        NewRun two = child(parent).build();
        store.spawn(spawned(claim, step(1), one, two));
        record(waiting(claim, null, true, one, two));
        List<Claim> claims = claimChildren(store, 2);
        record(completed(claims.getFirst()));
        advanceAll();
        Claim again = claimOne();
        assertThat(again.resumed()).isTrue();

        record(waiting(again, null, false, one, two)); // now for the rest
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        record(completed(claims.getLast()));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whatHasEndedBeforeTheWaitIsNotWaitedFor() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun child = child(parent).build();
        store.spawn(spawned(claim, step(1), child));
        record(completed(claimChildren(store, 1).getFirst()));
        advanceAll();
        record(waiting(claim, null, false, child));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aWaitWithALimitEndsWithIt() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun child = child(parent).build();
        store.spawn(spawned(claim, step(1), child));
        record(waiting(claim, HOUR, false, child));
        assertThat(info(parent).dueAt()).isEqualTo(clock.instant().plus(HOUR));
        clock.advance(HOUR);
        advanceAll();
        Claim again = claimOne();
        assertThat(store.ends(parent, List.of(child.id()))).isEmpty();
        record(completed(claimChildren(store, 1).getFirst()));
        advanceAll();
        assertThat(record(completed(again))).isEqualTo(Receipt.RECORDED);
        assertThat(state(parent)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whoeverEndsAChildEndsTheWaitForIt() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun canceled = child(parent).in(HOUR).build();
        NewRun expired = child(parent).expiresIn(MINUTE).build();
        NewRun unknown = NewRuns.of("removed", clock).build();
        NewRun purged = child(parent).in(HOUR).build();
        store.spawn(spawned(claim, step(1), canceled, expired, unknown, purged));
        record(waiting(claim, null, false, canceled, expired, unknown, purged));
        assertThat(store.cancel(canceled.id(), "enough").answer()).isEqualTo(CancelAnswer.OK);
        clock.advance(MINUTE);
        advanceAll();
        store.removeTask("removed");
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        assertThat(store.purge(purged.id(), false)).isEqualTo(PurgeAnswer.PURGED);
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(end(parent, canceled).state()).isEqualTo(RunState.CANCELED);
        assertThat(end(parent, canceled).reason()).isEqualTo("enough");
        assertThat(end(parent, expired).state()).isEqualTo(RunState.EXPIRED);
        assertThat(end(parent, unknown).state()).isEqualTo(RunState.FAILED);
        assertThat(Objects.requireNonNull(end(parent, unknown).failure()).kind())
                .isEqualTo(FailureKind.NO_TASK);
        assertThat(end(parent, purged).state()).isNull();
    }

    private AwaitedEnd end(RunId parent, NewRun child) {
        return only(store.ends(parent, List.of(child.id())));
    }

    @Test
    void theFirstEndCountsWhateverBecomesOfTheChild() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun retried = child(parent).build();
        NewRun pruned = child(parent).build();
        store.spawn(spawned(claim, step(1), retried, pruned));
        for (Claim child : claimChildren(store, 2)) {
            record(child.run().equals(pruned.id()) ? completed(child) : failed(child, true));
        }
        store.retry(retried.id(), 5, null, false);
        record(completed(claimChildren(store, 1).getFirst()));
        clock.advance(Duration.ofDays(400));
        store.prune(Retention.defaults(), 100);
        assertThat(store.purge(pruned.id(), false)).isNotEqualTo(PurgeAnswer.PURGED);
        assertThat(end(parent, retried).state()).isEqualTo(RunState.FAILED);
        assertThat(end(parent, pruned).state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void whatNobodyAwaitsWakesNobody() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun awaited = child(parent).in(HOUR).build();
        NewRun other = child(parent).build();
        store.spawn(spawned(claim, step(1), awaited));
        store.spawn(new Spawn(claim, step(2), List.of(other), false));
        record(waiting(claim, null, true, awaited));
        record(completed(claimChildren(store, 1).getFirst()));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        assertThat(store.ends(parent, List.of(other.id()))).isEmpty();
    }

    @Test
    void aCancelOfTheParentEndsItsWaitAndItsChildren() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun child = child(parent).in(HOUR).build();
        store.spawn(spawned(claim, step(1), child));
        record(waiting(claim, null, false, child));
        store.cancel(parent, "enough");
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.CANCELED);
        assertThat(state(child.id())).isEqualTo(RunState.CANCELED);
        assertNothingClaimable(store);
    }

    @Test
    void aWaitSurvivesItsProcesses() {
        Store other = openNode("other");
        RunId parent = enqueueGreet();
        Claim claim = claim(other, 1).getFirst();
        NewRun child = child(parent).build();
        other.spawn(spawned(claim, step(1), child));
        await(other.record(List.of(waiting(claim, null, false, child))));
        kill(other);
        store.recover();
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        record(completed(claimChildren(store, 1).getFirst()));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(claimOne().redeliveries()).isZero();
    }

    /** Invariant: whichever of the two commits is first, a run whose children have all ended does not stay WAITING. */
    @Test
    void aChildThatEndsWhileItsParentBeginsToWaitWakesIt() {
        Store other = openNode("other");
        for (int round = 0; round < 100; round++) {
            RunId parent = enqueueGreet();
            Claim claim = claimOne();
            NewRun one = child(parent).build();
            NewRun two = child(parent).build();
            store.spawn(spawned(claim, step(1), one, two));
            List<Report> ends = new ArrayList<>();
            await(other.claim(new ClaimRequest(2, Set.of(CHILD)))).forEach(child -> ends.add(completed(child)));
            while (ends.size() < 2) {
                await(other.claim(new ClaimRequest(2, Set.of(CHILD)))).forEach(child -> ends.add(completed(child)));
            }
            CompletableFuture<List<Receipt>> first =
                    CompletableFuture.supplyAsync(() -> await(other.record(List.of(ends.getFirst()))));
            CompletableFuture<List<Receipt>> wait = CompletableFuture.supplyAsync(
                    () -> await(store.record(List.of(waiting(claim, null, false, one, two)))));
            CompletableFuture<List<Receipt>> second =
                    CompletableFuture.supplyAsync(() -> await(other.record(List.of(ends.getLast()))));
            assertThat(List.of(await(first), await(wait), await(second))).allMatch(List.of(Receipt.RECORDED)::equals);
            advanceAll();
            assertThat(state(parent)).as("in round %d", round).isEqualTo(RunState.QUEUED);
            record(completed(claimOne()));
        }
    }
}
