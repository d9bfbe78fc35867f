package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Attempt;
import dev.errand.Batch;
import dev.errand.BatchInfo;
import dev.errand.Debounce;
import dev.errand.Errand;
import dev.errand.IdempotencyKey;
import dev.errand.Json;
import dev.errand.KeyConflictException;
import dev.errand.LogLine;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TriggerOptions;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.testkit.TestErrand;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From SQLite to PostgreSQL and back, with runs in all states that a store can rest in. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class StoreCopyTest {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @TempDir
    private Path folder;

    private VariedRuns varied = new VariedRuns("");

    /** All that can be asked about a run. */
    private record Known(RunInfo info, List<Attempt> attempts, List<Json> emitted, List<LogLine> log) {}

    /** All that can be asked about a store. */
    private record Contents(
            List<Known> runs,
            List<TaskInfo> tasks,
            @Nullable BatchInfo batch,
            List<RunId> batched,
            List<ScheduleInfo> schedules) {}

    @BeforeEach
    void fill() throws Exception {
        varied = new VariedRuns(sqlite("first"));
        varied.make();
        try (Errand errand =
                Errand.builder().store(sqlite("first")).concurrency(0).open()) {
            Schedule monthly = Schedule.cron("0 5 L * *").zone("Asia/Tokyo").payload("ümläut");
            errand.schedules().put("monthly", "later", monthly);
            errand.schedules().put("paused", "later", monthly);
            errand.schedules().pause("paused");
        }
    }

    private String sqlite(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db");
    }

    private static String postgres() {
        return PostgresServer.shared().url(Database.NAME) + "&errand.schema=copy_" + SCHEMAS.incrementAndGet();
    }

    private static CopyCounts copy(String from, String to) {
        return new StoreCopy(from, to).run(progress -> {});
    }

    private Contents contents(String url) {
        try (Errand errand = Errand.builder().store(url).concurrency(0).open()) {
            List<Known> runs = errand.runs(RunQuery.all()).items().stream()
                    .map(info -> known(errand, info.id()))
                    .toList();
            if (runs.isEmpty()) {
                return new Contents(runs, errand.tasks(), null, List.of(), schedules(errand));
            }
            Batch<Json> batch = errand.batch(varied.batch);
            return new Contents(
                    runs,
                    errand.tasks(),
                    batch.info(),
                    batch.runs().stream().map(Run::id).toList(),
                    schedules(errand));
        }
    }

    private static List<ScheduleInfo> schedules(Errand errand) {
        return errand.schedules().list(ScheduleQuery.all()).items();
    }

    private static Known known(Errand errand, RunId id) {
        Run<Json> run = errand.run(id);
        return new Known(run.info(), run.attempts(), run.emitted(), run.log());
    }

    @Test
    void aStoreIsTheSameAfterItWentToPostgresAndBack() {
        // given
        Contents before = contents(sqlite("first"));
        assertThat(before.runs())
                .extracting(known -> known.info().state())
                .contains(
                        RunState.COMPLETED,
                        RunState.FAILED,
                        RunState.CANCELED,
                        RunState.TIMED_OUT,
                        RunState.EXPIRED,
                        RunState.CRASHED,
                        RunState.DELAYED,
                        RunState.QUEUED,
                        RunState.RETRYING,
                        RunState.WAITING);
        assertThat(before.runs()).extracting(known -> known.info().version()).contains("1.2.3");
        String there = postgres();
        // when
        CopyCounts counts = copy(sqlite("first"), there);
        // then
        assertThat(contents(there)).isEqualTo(before);
        assertThat(counts.runs()).isEqualTo(before.runs().size());
        assertThat(counts.emitted()).isPositive();
        assertThat(counts.lines()).isPositive();
        assertThat(counts.attempts()).isPositive();
        assertThat(counts.notes()).isPositive();
        assertThat(counts.batches()).isEqualTo(1);
        assertThat(before.batch().count(RunState.COMPLETED)).isEqualTo(2);
        assertThat(counts.schedules()).isEqualTo(2);
        // when
        CopyCounts back = copy(there, sqlite("second"));
        // then
        assertThat(contents(sqlite("second"))).isEqualTo(before);
        assertThat(back).isEqualTo(counts);
    }

    @Test
    void aStoreIsTheSameInAnotherOfItsKind() {
        Contents before = contents(sqlite("first"));
        String there = postgres();
        copy(sqlite("first"), sqlite("second"));
        copy(sqlite("second"), there);
        String again = postgres();
        copy(there, again);
        assertThat(contents(sqlite("second"))).isEqualTo(before);
        assertThat(contents(again)).isEqualTo(before);
    }

    @Test
    void whatWaitedStartsInPostgresAsItWouldHave() throws InterruptedException {
        String there = postgres();
        copy(sqlite("first"), there);
        assertStartsAsItWouldHave(there);
    }

    @Test
    void whatWaitedStartsAsItWouldHaveWhenItCameBack() throws InterruptedException {
        String there = postgres();
        copy(sqlite("first"), there);
        copy(there, sqlite("second"));
        assertStartsAsItWouldHave(sqlite("second"));
    }

    private void assertStartsAsItWouldHave(String url) throws InterruptedException {
        try (TestErrand copy = varied.reopen(url)) {
            Errand errand = copy.errand();
            assertThat(errand.run(varied.queued.getLast())).endsWithin(SOON).isCompleted();
            assertThat(varied.order()).containsExactlyElementsOf(varied.expectedOrder());
            assertThat(errand.run(varied.delayed)).hasState(RunState.DELAYED);
            assertThat(errand.run(varied.retrying)).hasState(RunState.RETRYING);
            assertThat(errand.run(varied.waiting)).hasState(RunState.WAITING);
            copy.advance(Duration.ofHours(1));
            Run<Json> resumed = errand.run(varied.waiting);
            assertThat(resumed).endsWithin(SOON).isCompleted().hasOutput(new Json("\"rested 1\""));
            assertThat(resumed.log()).extracting(LogLine::message).containsExactly("before", "after");
            Run<Json> retried = errand.run(varied.retrying);
            assertThat(retried).endsWithin(SOON).isCompleted();
            assertThat(retried.attempts()).extracting(Attempt::number).containsExactly(1, 2);
            assertThat(errand.run(varied.delayed)).hasState(RunState.DELAYED);
            copy.advance(Duration.ofHours(1));
            assertThat(errand.run(varied.delayed)).endsWithin(SOON).isCompleted();
            assertThat(errand.nodes()).allMatch(node -> node.number() > varied.lastNode());
        }
    }

    @Test
    void manyRunsGoInBatchesAndThoseTakenFromTheirMidstStayApart() {
        // given
        String from = postgres();
        Task<Integer, Void> waits =
                Task.named("waits", Integer.class, Void.class).run((payload, run) -> null);
        try (Errand errand =
                Errand.builder().store(from).concurrency(0).tasks(waits).open()) {
            List<Run<Void>> runs =
                    errand.triggerAll(waits, IntStream.range(0, 2_500).boxed().toList());
            for (int i = 0; i < runs.size(); i += 100) {
                runs.get(i).cancel();
            }
        }
        List<RunInfo> before = all(from);
        assertThat(before).hasSize(2_500);
        // when
        copy(from, sqlite("many"));
        String back = postgres();
        copy(sqlite("many"), back);
        // then
        assertThat(all(sqlite("many"))).isEqualTo(before);
        assertThat(all(back)).isEqualTo(before);
    }

    @Test
    void journalsOfStepsGoWithTheirRuns() {
        List<List<Object>> before = steps(sqlite("first"));
        assertThat(before).hasSize(3);
        String there = postgres();
        assertThat(copy(sqlite("first"), there).steps())
                .as("those, and two of the run that waits")
                .isEqualTo(5);
        String again = postgres();
        copy(there, again);
        copy(again, sqlite("back"));
        copy(sqlite("back"), sqlite("second"));
        for (String url : List.of(there, again, sqlite("back"), sqlite("second"))) {
            assertThat(steps(url)).isEqualTo(before);
        }
    }

    private List<List<Object>> steps(String url) {
        try (Store store = varied.store(url)) {
            return store.steps(varied.journaled, 0, 10).stream()
                    .map(StoreCopyTest::parts)
                    .toList();
        }
    }

    /** In a form that can be compared. */
    private static List<Object> parts(StepEntry step) {
        byte[] result = step.result();
        return List.of(
                step.position(),
                step.key(),
                step.name(),
                step.attempt(),
                step.startedAt(),
                Optional.ofNullable(step.endedAt()),
                result == null ? "" : new String(result, StandardCharsets.UTF_8),
                Optional.ofNullable(step.failure()));
    }

    @Test
    void keysAreHeldByTheirRunsWhereverTheyWent() {
        Task<Integer, Void> waits =
                Task.named("waits", Integer.class, Void.class).run((payload, run) -> null);
        TriggerOptions once =
                TriggerOptions.none().idempotencyKey(IdempotencyKey.of("k").strict());
        TriggerOptions burst = TriggerOptions.none().debounce(Debounce.of("k", Duration.ofHours(1)));
        List<RunId> runs;
        try (Errand errand = Errand.builder()
                .store(sqlite("keys"))
                .concurrency(0)
                .tasks(waits)
                .open()) {
            runs = List.of(
                    errand.trigger(waits, 1, once).id(),
                    errand.trigger(waits, 1, burst).id());
        }
        String there = postgres();
        assertThat(copy(sqlite("keys"), there).keys()).isEqualTo(2);
        copy(there, sqlite("back"));
        for (String url : List.of(there, sqlite("back"))) {
            try (Errand errand =
                    Errand.builder().store(url).concurrency(0).tasks(waits).open()) {
                assertThat(errand.trigger(waits, 1, once).id()).isEqualTo(runs.getFirst());
                assertThat(errand.trigger(waits, 1, burst).id()).isEqualTo(runs.getLast());
                assertThatExceptionOfType(KeyConflictException.class).isThrownBy(() -> errand.trigger(waits, 2, once));
            }
        }
    }

    private static List<RunInfo> all(String url) {
        List<RunInfo> all = new ArrayList<>();
        try (Errand errand = Errand.builder().store(url).concurrency(0).open()) {
            Optional<RunQuery> page = Optional.of(RunQuery.all().limit(1_000));
            while (page.isPresent()) {
                Page<RunInfo> runs = errand.runs(page.get());
                all.addAll(runs.items());
                page = runs.next().map(RunQuery.all().limit(1_000)::after);
            }
        }
        return all;
    }

    @Test
    void aStoreInUseIsNotCopied() {
        try (TestErrand inUse = varied.reopen(sqlite("first"))) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> copy(sqlite("first"), sqlite("second")))
                    .withMessageContaining("is in use by node")
                    .withMessageContaining("end all its nodes");
            assertThat(inUse.errand().nodes()).hasSize(1);
        }
        assertThat(folder.resolve("second.db")).doesNotExist();
    }

    @Test
    void nothingIsCopiedIntoAStoreThatHoldsSomething() {
        String there = postgres();
        CopyCounts counts = copy(sqlite("first"), there);
        for (String full : List.of(there, sqlite("second"))) {
            if (full.equals(sqlite("second"))) {
                copy(there, full);
            }
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> copy(sqlite("first"), full))
                    .withMessageContaining("is not empty: it holds " + counts.runs() + " runs");
        }
    }

    @Test
    void aCopyThatFailsMidwayLeavesNothing() throws SQLException {
        copy(sqlite("first"), sqlite("whole"));
        execute(sqlite("first"), "delete from live where number = (select max(number) from live)");
        String there = postgres();
        for (String target : List.of(there, sqlite("second"))) {
            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> copy(sqlite("first"), target))
                    .withMessageContaining("cannot be copied");
            assertThat(contents(target)).isEqualTo(new Contents(List.of(), List.of(), null, List.of(), List.of()));
            assertThat(copy(sqlite("whole"), target).runs()).isPositive();
        }
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = TestStore.connection(url);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private static final class Database {
        static final String NAME = PostgresServer.shared().createDatabase();
    }
}
