package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs that wait for the ends of others, as engines tell it: with steps, and many in one commit. */
public abstract class ManyChildrenConformance extends StoreTest {
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

    private NewRun child(RunId parent) {
        return NewRuns.of(CHILD, clock).options(NewRuns.childOf(parent)).build();
    }

    private List<NewRun> childOfEach(List<Claim> claims) {
        return claims.stream().map(claim -> child(claim.run())).toList();
    }

    private void spawn(Claim claim, NewRun child) {
        assertThat(store.spawn(new Spawn(claim, step(1), List.of(child), true))).isEqualTo(Receipt.RECORDED);
    }

    private List<NewRun> spawnForEach(List<Claim> claims) {
        List<NewRun> children = childOfEach(claims);
        for (int i = 0; i < claims.size(); i++) {
            spawn(claims.get(i), children.get(i));
        }
        return children;
    }

    private Report.Waiting waiting(Claim claim, @Nullable Duration atMost, boolean any, NewRun child) {
        Instant now = clock.instant();
        Instant due = atMost == null ? null : now.plus(atMost);
        Report.Awaits awaits = new Report.Awaits(List.of(child.id()), List.of(), any);
        return new Report.Waiting(claim, now, now, List.of(step(2), step(3)), due, awaits);
    }

    private List<Claim> claimChildren(int most) {
        return await(store.claim(new ClaimRequest(most, Set.of(CHILD))));
    }

    private void advanceAll() {
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
    }

    /** Some are of runs that execute for longer. */
    private List<Report> begun(List<Claim> claims, @Nullable Duration atMost, List<NewRun> children) {
        List<Report> reports = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            if (i % 3 == 0) {
                reports.add(new Report.Started(claims.get(i), clock.instant()));
            }
            reports.add(waiting(claims.get(i), atMost, i % 2 == 0, children.get(i)));
        }
        return reports;
    }

    private Report.Waiting asleep(Claim claim, Duration duration) {
        Instant now = clock.instant();
        return new Report.Waiting(claim, now, now, List.of(step(4)), now.plus(duration), null);
    }

    private static void assertAll(RunState state, List<RunState> states) {
        assertThat(states).isNotEmpty().containsOnly(state);
    }

    private List<RunState> states(List<RunId> runs) {
        return runs.stream().map(this::state).toList();
    }

    @Test
    void manyBeginToWaitAndGoOnTogether() {
        store.enqueue(NewRuns.many(30, GREET, clock));
        List<Claim> claims = claim(store, 30);
        List<RunId> parents = claims.stream().map(Claim::run).toList();
        List<NewRun> children = spawnForEach(claims);
        assertThat(await(store.record(begun(claims, null, children)))).containsOnly(Receipt.RECORDED);
        assertAll(RunState.WAITING, states(parents));
        parents.forEach(parent -> assertThat(store.steps(parent, 0, 10)).hasSize(3));

        List<Claim> ending = claimChildren(20);
        assertThat(ending).hasSize(20);
        List<Report> ends = new ArrayList<>();
        ending.forEach(child -> ends.add(completed(child)));
        assertThat(await(store.record(ends))).containsOnly(Receipt.RECORDED);
        advanceAll();
        assertThat(states(parents)).filteredOn(RunState.QUEUED::equals).hasSize(20);
        assertThat(states(parents)).filteredOn(RunState.WAITING::equals).hasSize(10);

        List<Claim> again = claim(store, 30);
        assertThat(again).hasSize(20).allMatch(Claim::resumed).allMatch(claim -> claim.attempt() == 1);
        List<Report> sleeps = new ArrayList<>();
        again.forEach(claim -> sleeps.add(asleep(claim, HOUR)));
        assertThat(await(store.record(sleeps))).containsOnly(Receipt.RECORDED);
        assertThat(await(store.record(sleeps))).as("told again").containsOnly(Receipt.RECORDED);
        assertAll(RunState.WAITING, states(parents));
        assertThat(store.advance()).contains(clock.instant().plus(HOUR));
        clock.advance(HOUR);
        advanceAll();
        List<Claim> last = claim(store, 30);
        assertThat(last).hasSize(20).allMatch(Claim::resumed);
        List<Report> completed = new ArrayList<>();
        last.forEach(claim -> completed.add(completed(claim)));
        assertThat(await(store.record(completed))).containsOnly(Receipt.RECORDED);
        assertThat(states(parents)).filteredOn(RunState.COMPLETED::equals).hasSize(20);
    }

    @Test
    void manyWhoseChildrenHaveEndedDoNotBeginToWait() {
        store.enqueue(NewRuns.many(10, GREET, clock));
        List<Claim> claims = claim(store, 10);
        List<NewRun> children = spawnForEach(claims);
        List<Report> ends = new ArrayList<>();
        claimChildren(10).forEach(child -> ends.add(completed(child)));
        await(store.record(ends));
        assertThat(await(store.record(begun(claims, HOUR, children)))).containsOnly(Receipt.RECORDED);
        assertAll(RunState.QUEUED, states(claims.stream().map(Claim::run).toList()));
        assertThat(claim(store, 20)).hasSize(10).allMatch(Claim::resumed);
    }

    @Test
    void whatWasAwaitedBeforeEndsNoWaitThatFollows() {
        RunId parent = enqueueGreet();
        Claim claim = claimOne();
        NewRun child = child(parent);
        spawn(claim, child);
        record(waiting(claim, MINUTE, true, child));
        clock.advance(MINUTE);
        advanceAll();
        record(asleep(claimOne(), HOUR));
        record(completed(claimChildren(1).getFirst()));
        advanceAll();
        assertThat(state(parent)).isEqualTo(RunState.WAITING);
        assertThat(store.ends(parent, List.of(child.id())))
                .extracting(AwaitedEnd::state)
                .containsExactly(RunState.COMPLETED);
    }

    @Test
    void oneThatIsToBeCanceledDoesNotBeginToWait() {
        store.enqueue(NewRuns.many(3, GREET, clock));
        List<Claim> claims = claim(store, 3);
        List<NewRun> children = spawnForEach(claims);
        store.cancel(claims.get(1).run(), "enough");
        assertThat(await(store.record(begun(claims, null, children)))).containsOnly(Receipt.RECORDED);
        assertThat(claims.stream().map(claim -> state(claim.run())))
                .containsExactly(RunState.WAITING, RunState.CANCELED, RunState.WAITING);
    }
}
