package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.Event;
import dev.errand.Limits;
import dev.errand.QueueFullException;
import dev.errand.RunId;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Runs that go on where others were. */
public abstract class ReplayConformance extends StepTest {
    private static final String CHILD = "child";
    private static final int MANY = 20;

    private NewRun again(RunId of) {
        return NewRuns.of(GREET, clock).options(NewRuns.replayOf(of)).build();
    }

    /** A run with four steps, in its second attempt. */
    private Claim withSteps() {
        enqueueGreet();
        Claim first = claimOne();
        record(List.of(journaled(first, done(1, "[1]")), journaled(first, failed(first, 2)), retried(first, MINUTE)));
        clock.advance(MINUTE);
        store.advance();
        Claim second = claimOne();
        record(List.of(journaled(second, done(3, "3")), journaled(second, done(4, null))));
        return second;
    }

    @Test
    void whatItTakesOverIsThereWithTheRun() {
        Claim claim = withSteps();
        NewRun again = again(claim.run());
        assertThat(store.replay(new Replay(again, List.of(1, 2, 4), List.of()))).isTrue();
        assertThat(steps(again.id()))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("attempt")
                .isEqualTo(steps(claim.run()).stream()
                        .filter(step -> step.position() != 3)
                        .toList());
        assertThat(steps(again.id())).extracting(Known::attempt).containsOnly(1);
        assertThat(info(again.id()).replayOf()).isEqualTo(claim.run());
        assertThat(info(again.id()).state()).isEqualTo(RunState.QUEUED);
        assertThat(events(store))
                .filteredOn(event -> event.run().equals(again.id()))
                .extracting(Event::to)
                .containsExactly(RunState.QUEUED);
        assertThat(positions(claim.run())).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aClaimNeverSaysThatItHasNoSteps() {
        RunId of = withSteps().run();
        List<RunId> replays = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            store.enqueue(NewRuns.many(MANY, GREET, clock));
            NewRun again = again(of);
            store.replay(new Replay(again, List.of(1), List.of()));
            replays.add(again.id());
        }
        Set<RunId> left = new HashSet<>(replays);
        while (!left.isEmpty()) {
            for (Claim claim : claim(store, MANY * MANY)) {
                if (left.remove(claim.run())) {
                    assertThat(claim.stepless()).isFalse();
                    assertThat(steps(claim.run())).hasSize(1);
                }
            }
        }
    }

    @Test
    void whatItWritesItselfComesAfterwards() {
        RunId of = withSteps().run();
        NewRun again = again(of);
        store.replay(new Replay(again, List.of(1, 2), List.of()));
        Claim claim = claimOne();
        assertThat(claim.run()).isEqualTo(again.id());
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(record(journaled(claim, done(3, "\"mine\"")))).isEqualTo(Receipt.RECORDED);
        assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
        assertThat(steps(again.id())).extracting(Known::result).containsExactly("[1]", null, "\"mine\"");
        assertThat(steps(of)).extracting(Known::result).containsExactly("[1]", null, "3", null);
        store.purge(of, true);
        assertThat(positions(again.id())).containsExactly(1, 2, 3);
    }

    @Test
    void whatIsToldAgainIsOne() {
        RunId of = withSteps().run();
        Replay replay = new Replay(again(of), List.of(1), List.of());
        assertThat(store.replay(replay)).isTrue();
        assertThat(store.replay(replay)).isTrue();
        Claim claim = claimOne();
        record(List.of(journaled(claim, done(1, "\"later\"")), completed(claim)));
        assertThat(store.replay(replay)).isTrue();
        assertThat(steps(claim.run())).extracting(Known::result).containsExactly("\"later\"");
        assertNothingClaimable(store);
    }

    @Test
    void nothingIsStoredWhereSomethingIsNotThereAnyMore() {
        Claim claim = withSteps();
        NewRun again = again(claim.run());
        assertThat(store.replay(new Replay(again, List.of(1, 5), List.of()))).isFalse();
        assertThat(store.replay(new Replay(again, List.of(1), List.of(RunId.next(clock.instant())))))
                .isFalse();
        record(completed(claim));
        store.purge(claim.run(), false);
        assertThat(store.replay(new Replay(again, List.of(1), List.of()))).isFalse();
        assertThat(store.find(again.id())).isEmpty();
        assertThat(events(store)).noneMatch(event -> event.run().equals(again.id()));
        assertNothingClaimable(store);
    }

    @Test
    void nothingIsStoredWhereTheQueueIsFull() {
        RunId of = withSteps().run();
        store.queues()
                .declare(List.of(new QueueEntry("task/" + GREET, Limits.none().maxPending(1))));
        enqueueGreet();
        NewRun again = again(of);
        assertThatThrownBy(() -> store.replay(new Replay(again, List.of(1), List.of())))
                .isInstanceOf(QueueFullException.class);
        assertThat(store.find(again.id())).isEmpty();
        record(completed(claimOne()));
        assertThat(store.replay(new Replay(again, List.of(1), List.of()))).isTrue();
    }

    @Test
    void endsThatWereAwaitedAreKnownToItToo() {
        RunId of = enqueueGreet();
        Claim claim = claimOne();
        NewRun child = NewRuns.of(CHILD, clock).options(NewRuns.childOf(of)).build();
        NewRun open = NewRuns.of(CHILD, clock).options(NewRuns.childOf(of)).build();
        Instant now = clock.instant();
        byte[] ids = ("[\"" + child.id() + "\"]").getBytes(StandardCharsets.UTF_8);
        StepEntry step = new StepEntry(1, "child:child#1", CHILD, 1, now, null, ids, null);
        store.spawn(new Spawn(claim, step, List.of(child, open), true));
        Claim ended = await(store.claim(new ClaimRequest(1, Set.of(CHILD)))).getFirst();
        record(completed(ended));
        NewRun again = again(of);
        RunId known = ended.run();
        assertThat(store.replay(new Replay(again, List.of(1), List.of(known)))).isTrue();
        assertThat(store.ends(again.id(), List.of(known)))
                .extracting(AwaitedEnd::run, AwaitedEnd::state)
                .containsExactly(tuple(known, RunState.COMPLETED));
        assertThat(new String(store.ends(again.id(), List.of(known)).getFirst().output(), StandardCharsets.UTF_8))
                .isEqualTo("\"done\"");
        RunId unknown = known.equals(child.id()) ? open.id() : child.id();
        assertThat(store.replay(new Replay(again(of), List.of(1), List.of(unknown))))
                .as("of one that has not ended")
                .isFalse();
    }
}
