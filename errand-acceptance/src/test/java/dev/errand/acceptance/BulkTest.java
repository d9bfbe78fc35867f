package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.BulkAction;
import dev.errand.BulkActions;
import dev.errand.BulkKind;
import dev.errand.BulkState;
import dev.errand.Errand;
import dev.errand.ReplayOptions;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.store.BulkEntry;
import dev.errand.store.Store;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests about all runs that a filter finds. */
class BulkTest {
    private static final RunQuery ALL = RunQuery.all().tasks("works");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final AtomicBoolean fails = new AtomicBoolean();
    private final Task<Integer, ?> works = Task.named("works", Integer.class)
            .retry(Retry.fixed(Duration.ofSeconds(1)).attempts(5))
            .run((payload, run) -> {
                if (fails.get()) {
                    throw new IllegalStateException("boom");
                }
            });
    private String url;
    private TestErrand test;
    private BulkActions bulk;

    @BeforeEach
    void open() {
        url = TestStore.url(folder);
        test = TestErrand.open(settings -> settings.store(url).tasks(works));
        bulk = test.errand().operations().bulk();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private List<RunId> delayed(int count) {
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(test.errand()
                    .trigger(works, i, TriggerOptions.none().after(HOUR))
                    .id());
        }
        return ids;
    }

    private BulkAction ended(String id) throws InterruptedException {
        Soon.await("it ends", () -> bulk.find(id).orElseThrow().state() != BulkState.PENDING);
        return bulk.find(id).orElseThrow();
    }

    private BulkAction done(BulkKind kind, RunQuery filter) throws InterruptedException {
        BulkAction action = ended(bulk.begin(kind, filter, null).id());
        assertThat(action.state()).isEqualTo(BulkState.COMPLETED);
        assertThat(action.endedAt()).isEqualTo(test.clock().instant());
        return action;
    }

    private static void assertCounts(BulkAction action, long success, long failure) {
        assertThat(List.of(action.total(), action.success(), action.failure()))
                .as("total, success, failure")
                .containsExactly(success + failure, success, failure);
    }

    private int count(RunState state) {
        return test.errand().runs(ALL.states(state).limit(1_000)).items().size();
    }

    @Test
    void allRunsThatAFilterFindsAreCancelledOverSeveralPages() throws InterruptedException {
        Run<?> ended = test.finish(test.errand().trigger(works, 0));
        delayed(230);
        Run<?> other = test.errand()
                .trigger(works, 0, TriggerOptions.none().after(HOUR).name("other"));
        assertCounts(done(BulkKind.CANCEL, ALL.states(RunState.DELAYED)), 231, 0);
        assertThat(count(RunState.CANCELED)).isEqualTo(231);
        assertThat(other.info().reason()).startsWith("canceled by bulk_");
        assertThat(ended.state()).isEqualTo(RunState.COMPLETED);
        assertCounts(done(BulkKind.CANCEL, ALL), 0, 232);
    }

    @Test
    void failedRunsAreRetriedOnce() throws InterruptedException {
        fails.set(true);
        List<Run<?>> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(test.errand().trigger(works, i));
        }
        for (Run<?> run : runs) {
            test.until(run, RunState.RETRYING);
        }
        fails.set(false);
        assertCounts(done(BulkKind.RETRY, ALL), 3, 0);
        for (Run<?> run : runs) {
            test.until(run, RunState.COMPLETED);
        }
        assertCounts(done(BulkKind.RETRY, ALL), 0, 3);
    }

    @Test
    void runsAreReplayedAndWhatIsTriggeredMeanwhileIsNot() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            test.finish(test.errand().trigger(works, i));
        }
        assertCounts(done(BulkKind.REPLAY, ALL), 3, 0);
        test.runUntilIdle();
        assertThat(count(RunState.COMPLETED)).isEqualTo(6);
    }

    @Test
    void runsAreDeletedByTheirIds() throws InterruptedException {
        List<RunId> ids = delayed(3);
        assertCounts(done(BulkKind.PURGE, RunQuery.all().ids(ids.get(0), ids.get(2))), 2, 0);
        assertThat(test.errand().runs(ALL).items()).extracting(RunInfo::id).containsExactly(ids.get(1));
    }

    /** As it stands once a process has died in the midst of a page: these are to be replayed, and one of them was. */
    private String leftBehind(List<RunId> ids) {
        BulkEntry action = BulkEntry.of(
                "bulk_0",
                "of a process that died",
                BulkKind.REPLAY,
                "{}",
                test.clock().instant());
        try (Store store = TestStore.store(url, test.clock())) {
            store.operations().begin(action);
            store.operations().take("dead", Duration.ofMinutes(1));
            store.operations().save(action.found(null, ids, 1), "dead", Duration.ofMinutes(1));
        }
        test.errand()
                .run(ids.getFirst())
                .replay(ReplayOptions.none().with(options -> options.idempotencyKey("bulk_0:" + ids.getFirst())));
        return action.id();
    }

    @Test
    void anActionWhoseProcessDiedIsGoneOnWithAndDoneOnceToEachRun() throws InterruptedException {
        List<RunId> ids = delayed(3);
        String id = leftBehind(ids);
        done(BulkKind.CANCEL, RunQuery.all().names("nobody"));
        assertThat(bulk.find(id).orElseThrow().state()).as("it is held still").isEqualTo(BulkState.PENDING);
        test.clock().advance(Duration.ofMinutes(2));
        done(BulkKind.CANCEL, RunQuery.all().names("nobody"));
        assertCounts(ended(id), 3, 1);
        test.runUntilIdle();
        assertThat(count(RunState.COMPLETED)).isEqualTo(3);
        assertThat(count(RunState.DELAYED)).isEqualTo(3);
    }

    @Test
    void oneThatWasAbortedDoesNothingMore() throws InterruptedException {
        List<RunId> ids = delayed(3);
        String id = leftBehind(ids);
        assertThat(bulk.abort(id)).isTrue();
        assertThat(bulk.abort("bulk_unknown")).isFalse();
        test.clock().advance(Duration.ofMinutes(2));
        done(BulkKind.CANCEL, RunQuery.all().names("nobody"));
        BulkAction aborted = bulk.find(id).orElseThrow();
        assertThat(aborted.state()).isEqualTo(BulkState.ABORTED);
        assertThat(aborted.total()).isEqualTo(4);
        assertThat(aborted.success()).isZero();
    }

    @Test
    void whatAProcessBeginsThatEndsAtOnceIsCarriedOutByOthers() throws InterruptedException {
        delayed(3);
        String id;
        try (Errand brief =
                Errand.builder().store(url).clock(test.clock()).concurrency(0).open()) {
            id = brief.operations().bulk().begin(BulkKind.CANCEL, ALL, "brief").id();
        }
        done(BulkKind.CANCEL, RunQuery.all().names("nobody"));
        BulkAction action = ended(id);
        assertThat(action.name()).isEqualTo("brief");
        assertCounts(action, 3, 0);
        assertThat(bulk.list(bulk.list(null, 1).cursor(), 1).items())
                .extracting(BulkAction::id)
                .containsExactly(id);
    }

    @Test
    void aFilterThatNamesTooManyRunsAndAnEmptyNameAreRefused() {
        RunId[] ids = new RunId[BulkActions.MOST_IDS + 1];
        Arrays.setAll(ids, i -> RunId.next());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bulk.begin(BulkKind.CANCEL, RunQuery.all().ids(ids), null))
                .withMessageContaining("501");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bulk.begin(BulkKind.CANCEL, ALL, ""))
                .withMessageContaining("name");
        assertThat(bulk.list(null, 10).items()).isEmpty();
    }
}
