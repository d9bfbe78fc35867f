package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.PurgeAnswer;
import dev.errand.QueueNotFoundException;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may keep a run from triggering others, and what becomes of what it triggers. */
public abstract class SpawnConformance extends StoreTest {
    private static final String CHILD = "child";
    private static final String QUEUE = "mail";

    @BeforeEach
    void joinStore() {
        store.join("first", 100);
    }

    private StepEntry step(int position, List<NewRun> children) {
        Instant now = clock.instant();
        String ids = children.isEmpty() ? "" : children.getFirst().id().toString();
        byte[] result = ("[\"" + ids + "\"]").getBytes(StandardCharsets.UTF_8);
        return new StepEntry(position, "child:child#" + position, CHILD, 1, now, null, result, null);
    }

    private Spawn spawned(Claim claim, List<NewRun> children) {
        return new Spawn(claim, step(1, children), children, true);
    }

    private Spawn triggered(Claim claim, List<NewRun> children) {
        return new Spawn(claim, step(2, children), children, false);
    }

    private NewRun child(Claim parent) {
        return NewRuns.of(CHILD, clock).options(NewRuns.childOf(parent.run())).build();
    }

    private NewRun childIn(String queue, Claim parent) {
        RunOptions options = NewRuns.childOf(parent.run()).withQueue(queue);
        return NewRuns.of(CHILD, clock).options(options).build();
    }

    private void declare(OnConflict onConflict) {
        Limits limits = Limits.none().concurrency(1).onConflict(onConflict);
        store.queues().declare(List.of(new QueueEntry(QUEUE, limits)));
    }

    private Report.Waiting waiting(Claim claim, List<NewRun> children) {
        Instant now = clock.instant();
        Report.Awaits awaits =
                new Report.Awaits(children.stream().map(NewRun::id).toList(), List.of(), false);
        return new Report.Waiting(claim, now, now, List.of(step(3, List.of())), null, awaits);
    }

    private static List<Claim> claimAll(Store by, String task, int count) {
        List<Claim> claims = new ArrayList<>();
        while (claims.size() < count) {
            claims.addAll(await(by.claim(new ClaimRequest(count - claims.size(), Set.of(task)))));
        }
        return claims;
    }

    private void advanceAll() {
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
    }

    private List<RunState> states(List<NewRun> runs) {
        return runs.stream().map(run -> state(run.id())).toList();
    }

    @Test
    void aQueueNobodyDeclaredIsRefusedAndConcernsNoOther() {
        store.enqueue(NewRuns.many(20, GREET, clock));
        List<Claim> claims = claim(store, 20);
        List<NewRun> children = new ArrayList<>();
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            NewRun child = i % 2 == 0 ? child(claim) : childIn("nowhere", claim);
            children.add(child);
            receipts.add(CompletableFuture.supplyAsync(() -> store.spawn(spawned(claim, List.of(child)))));
        }
        for (int i = 0; i < claims.size(); i++) {
            CompletableFuture<Receipt> receipt = receipts.get(i);
            if (i % 2 == 0) {
                assertThat(await(receipt)).isEqualTo(Receipt.RECORDED);
                assertThat(state(children.get(i).id())).isEqualTo(RunState.QUEUED);
            } else {
                assertThatThrownBy(() -> await(receipt))
                        .isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(QueueNotFoundException.class);
                assertThat(store.find(children.get(i).id())).isEmpty();
                assertThat(store.steps(claims.get(i).run(), 0, 10)).isEmpty();
            }
        }
        List<Report> ends = claims.stream().<Report>map(this::completed).toList();
        assertThat(await(store.record(ends))).containsOnly(Receipt.RECORDED);
    }

    @Test
    void aChildThatIsDroppedHasEndedForItsParentToo() {
        declare(OnConflict.DROP);
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        List<NewRun> children = List.of(childIn(QUEUE, claim), childIn(QUEUE, claim));
        assertThat(store.spawn(spawned(claim, children))).isEqualTo(Receipt.RECORDED);
        assertThat(states(children)).containsExactly(RunState.QUEUED, RunState.CANCELED);
        List<NewRun> dropped = children.subList(1, 2);
        assertThat(store.ends(parent, List.of(dropped.getFirst().id())))
                .extracting(AwaitedEnd::state)
                .containsExactly(RunState.CANCELED);
        record(waiting(claim, dropped));
        advanceAll();
        assertThat(claimOne().resumed()).isTrue();
    }

    @Test
    void ofChildrenThatReplaceOthersTheLastIsLeft() {
        declare(OnConflict.REPLACE);
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        List<NewRun> children = List.of(childIn(QUEUE, claim), childIn(QUEUE, claim), childIn(QUEUE, claim));
        assertThat(store.spawn(spawned(claim, children))).isEqualTo(Receipt.RECORDED);
        assertThat(states(children)).containsExactly(RunState.CANCELED, RunState.CANCELED, RunState.QUEUED);
        record(waiting(claim, children));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        record(completed(claimAll(store, CHILD, 1).getFirst()));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.QUEUED);
        assertThat(store.ends(parent, children.stream().map(NewRun::id).toList()))
                .hasSize(3);
    }

    @Test
    void whoIsToStopAwaitsNothingNewButMayTriggerWhatUndoesIt() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        store.cancel(parent, "enough");
        NewRun awaited = child(claim);
        NewRun other = child(claim);
        declare(OnConflict.DROP);
        NewRun limited = childIn(QUEUE, claim);
        assertThat(store.spawn(spawned(claim, List.of(awaited)))).isEqualTo(Receipt.RECORDED);
        assertThat(store.spawn(triggered(claim, List.of(other)))).isEqualTo(Receipt.RECORDED);
        assertThat(store.spawn(spawned(claim, List.of(limited)))).isEqualTo(Receipt.RECORDED);
        assertThat(store.find(awaited.id())).isEmpty();
        assertThat(store.find(other.id())).isPresent();
        assertThat(store.find(limited.id())).isEmpty();
        record(completed(claim));
        assertThat(state(parent)).isEqualTo(RunState.CANCELED);
    }

    @Test
    void whatWasPurgedIsNotTriggeredAgain() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        Spawn awaited = spawned(claim, List.of(child(claim)));
        Spawn other = triggered(claim, List.of(child(claim)));
        for (Spawn spawn : List.of(awaited, other)) {
            RunId child = spawn.runs().getFirst().id();
            store.spawn(spawn);
            assertThat(store.purge(child, false)).isEqualTo(PurgeAnswer.PURGED);
            assertThat(store.spawn(spawn)).isEqualTo(Receipt.RECORDED);
            assertThat(store.find(child)).isEmpty();
        }
        assertThat(store.ends(parent, List.of(awaited.runs().getFirst().id())))
                .extracting(AwaitedEnd::state)
                .hasSize(1)
                .containsOnlyNulls();
    }

    @Test
    void whatHasEndedLongAgoIsNotTriggeredAgain() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        Spawn awaited = spawned(claim, List.of(child(claim)));
        Spawn other = triggered(claim, List.of(child(claim)));
        store.spawn(awaited);
        store.spawn(other);
        claimAll(store, CHILD, 2).forEach(child -> record(completed(child)));
        clock.advance(Duration.ofDays(400));
        store.prune(Retention.defaults(), 100);
        for (Spawn spawn : List.of(awaited, other)) {
            RunId child = spawn.runs().getFirst().id();
            assertThat(store.find(child)).isEmpty();
            assertThat(store.spawn(spawn)).isEqualTo(Receipt.RECORDED);
            assertThat(store.find(child)).isEmpty();
        }
        assertThat(store.ends(parent, List.of(awaited.runs().getFirst().id())))
                .extracting(AwaitedEnd::state)
                .containsExactly(RunState.COMPLETED);
    }

    @Test
    void aRunMayHaveTenThousandChildren() {
        enqueueGreet();
        Claim claim = claimOne();
        String payload = "\"" + "x".repeat(1_000) + "\"";
        List<NewRun> children = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            children.add(NewRuns.of(CHILD, clock)
                    .options(NewRuns.childOf(claim.run()))
                    .payload(payload)
                    .build());
        }
        Spawn spawn = spawned(claim, children);
        assertThat(store.spawn(spawn)).isEqualTo(Receipt.RECORDED);
        assertThat(store.spawn(spawn)).as("told again").isEqualTo(Receipt.RECORDED);
        List<Claim> claims = claimAll(store, CHILD, 10_000);
        assertThat(claims).extracting(Claim::run).doesNotHaveDuplicates();
        assertThat(claims.getLast().payload()).asString(StandardCharsets.UTF_8).isEqualTo(payload);
    }

    @Test
    void manyChildrenOfOneWhoLostTheClaimAreNotStored() {
        Store other = openNode("other");
        enqueueGreet();
        Claim lost = claim(other, 1).getFirst();
        kill(other);
        store.recover();
        List<NewRun> children = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            children.add(child(lost));
        }
        assertThat(store.spawn(spawned(lost, children))).isEqualTo(Receipt.LOST);
        assertThat(store.find(children.getFirst().id())).isEmpty();
        assertThat(store.steps(lost.run(), 0, 10)).isEmpty();
    }

    /** Of two nodes each ends, in one commit, what the other's runs begin to wait for. */
    @Test
    void runsThatAwaitEachOthersNodesAllGoOn() {
        Store other = openNode("other");
        for (int round = 0; round < 20; round++) {
            store.enqueue(NewRuns.many(10, GREET, clock));
            List<Claim> first = claimAll(store, GREET, 5);
            List<Claim> second = claimAll(other, GREET, 5);
            List<Report> byFirst = new ArrayList<>(begin(store, first, "ofFirst"));
            List<Report> bySecond = new ArrayList<>(begin(other, second, "ofSecond"));
            claimAll(other, "ofFirst", 15).forEach(child -> bySecond.add(completed(child)));
            claimAll(store, "ofSecond", 15).forEach(child -> byFirst.add(completed(child)));
            CompletableFuture<List<Receipt>> one = store.record(byFirst).toCompletableFuture();
            CompletableFuture<List<Receipt>> two = other.record(bySecond).toCompletableFuture();
            assertThat(await(one)).containsOnly(Receipt.RECORDED);
            assertThat(await(two)).containsOnly(Receipt.RECORDED);
            advanceAll();
            List<Claim> again = claimAll(store, GREET, 10);
            assertThat(again).as("in round %d", round).allMatch(Claim::resumed);
            again.forEach(claim -> record(completed(claim)));
        }
    }

    /** Three children for each. Answers the waits for them. */
    private List<Report> begin(Store by, List<Claim> claims, String task) {
        List<Report> waits = new ArrayList<>();
        for (Claim claim : claims) {
            List<NewRun> children = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                children.add(NewRuns.of(task, clock)
                        .options(NewRuns.childOf(claim.run()))
                        .build());
            }
            assertThat(by.spawn(spawned(claim, children))).isEqualTo(Receipt.RECORDED);
            waits.add(waiting(claim, children));
        }
        return waits;
    }
}
