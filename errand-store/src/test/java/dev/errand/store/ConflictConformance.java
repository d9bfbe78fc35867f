package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchId;
import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of new runs that would have to wait for a limit, where they do not. */
public abstract class ConflictConformance extends StoreTest {
    private static final String OTHER = "other";
    private static final String QUEUE = "mail";

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private void declare(OnConflict onConflict) {
        Limits limits = Limits.none().concurrency(1).onConflict(onConflict);
        store.queues().declare(List.of(new QueueEntry(QUEUE, limits)));
    }

    private NewRun run(String task) {
        return NewRuns.of(task, clock).options(RunOptions.NONE.withQueue(QUEUE)).build();
    }

    private List<RunId> enqueueTogether(int count) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(run(GREET));
        }
        store.enqueue(runs);
        return runs.stream().map(NewRun::id).toList();
    }

    private List<RunState> states(List<RunId> runs) {
        return runs.stream().map(this::state).toList();
    }

    @Test
    void ofRunsThatComeTogetherThoseThatReplaceOthersAreTheLast() {
        declare(OnConflict.REPLACE);
        assertThat(states(enqueueTogether(4)))
                .containsExactly(RunState.CANCELED, RunState.CANCELED, RunState.CANCELED, RunState.QUEUED);
    }

    @Test
    void ofRunsThatComeTogetherThoseThatAreDroppedAreTheLast() {
        declare(OnConflict.DROP);
        assertThat(states(enqueueTogether(3))).containsExactly(RunState.QUEUED, RunState.CANCELED, RunState.CANCELED);
    }

    @Test
    void theFirstRunOfATaskKeepsTheLimitToo() {
        declare(OnConflict.DROP);
        enqueueTogether(1);
        NewRun first = run(OTHER);
        store.enqueue(List.of(first));
        assertThat(state(first.id())).isEqualTo(RunState.CANCELED);
    }

    @Test
    void runsOfBatchesKeepTheLimitToo() {
        declare(OnConflict.DROP);
        List<NewRun> runs = List.of(run(GREET), run(GREET));
        store.batches()
                .create(
                        new BatchEntry(
                                BatchId.next(clock.instant()),
                                null,
                                clock.instant(),
                                runs.size(),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        runs);
        assertThat(states(runs.stream().map(NewRun::id).toList())).containsExactly(RunState.QUEUED, RunState.CANCELED);
    }

    @Test
    void whatIsHeldIsReplacedByNobody() {
        declare(OnConflict.REPLACE);
        RunId held = enqueueTogether(1).getFirst();
        claimOne();
        List<RunId> others = enqueueTogether(2);
        assertThat(state(held)).isEqualTo(RunState.QUEUED);
        assertThat(states(others)).containsExactly(RunState.CANCELED, RunState.QUEUED);
    }

    @Test
    void whatHasBegunAndWaitedIsReplacedByNobody() {
        declare(OnConflict.REPLACE);
        RunId resumed = enqueueTogether(1).getFirst();
        Instant now = clock.instant();
        record(new Report.Waiting(claimOne(), now, now, List.of(), now, null));
        List<RunId> others = enqueueTogether(2);
        assertThat(state(resumed)).isEqualTo(RunState.QUEUED);
        assertThat(states(others)).containsExactly(RunState.CANCELED, RunState.QUEUED);
        assertThat(claimOne().run()).isEqualTo(resumed);
    }
}
