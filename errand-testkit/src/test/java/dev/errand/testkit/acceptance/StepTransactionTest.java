package dev.errand.testkit.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static dev.errand.testkit.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.CancelAnswer;
import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.Transaction;
import dev.errand.TypeRef;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that are transactions: what their code writes, and that they are done, in one commit. */
class StepTransactionTest {
    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    /** Can be written as JSON, but not read again. */
    interface OneWay {}

    record Entry(int number, List<String> lines) {}

    private final AtomicInteger calls = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> greeted = new ConcurrentLinkedQueue<>();
    private final Task<String, String> greet = Task.named("greet", String.class, String.class)
            .run((name, run) -> {
                greeted.add(name);
                return "Hello " + name;
            });

    @TempDir
    Path folder;

    private String url;
    private Errand errand;

    @BeforeEach
    void open() throws SQLException {
        url = TestStore.url(folder);
        errand = Errand.builder()
                .store(url)
                .tasks(greet)
                .concurrency(8)
                .drain(Duration.ZERO)
                .open();
        try (Connection connection = DriverManager.getConnection(url)) {
            execute(connection, "drop table if exists entries");
            execute(connection, "create table entries (entry varchar(100))");
        }
    }

    @AfterEach
    void close() {
        errand.close();
    }

    private Run<Object> trigger(Body body) {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(3))
                .run((payload, run) -> body.run(run));
        errand.put(task);
        return errand.trigger(task, "");
    }

    private Run<Object> finish(Body body) throws InterruptedException {
        Run<Object> run = trigger(body);
        assertThat(run).endsWithin(SOON);
        return run;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String insert(Transaction tx, String entry) throws SQLException {
        execute(tx.connection(), "insert into entries values ('" + entry + "')");
        return entry;
    }

    private List<String> entries() throws SQLException {
        List<String> entries = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select entry from entries order by 1")) {
            while (rows.next()) {
                entries.add(rows.getString(1));
            }
        }
        return entries;
    }

    private static void failUntil(int attempt, RunContext run) {
        if (run.attempt() < attempt) {
            throw new IllegalStateException("on purpose");
        }
    }

    // ── once

    @Test
    void whatItWritesIsWrittenOnceHoweverOftenTheBodyIsAttempted() throws Exception {
        Run<Object> run = finish(context -> {
            String first = context.transaction("book", String.class, tx -> insert(tx, "a" + calls.incrementAndGet()));
            context.transaction("book", tx -> insert(tx, "b" + calls.incrementAndGet()));
            failUntil(3, context);
            return first;
        });
        assertThat(run).isCompleted().hasAttempts(3).hasOutput("a1").hasSteps("book", "book");
        assertThat(entries()).containsExactly("a1", "b2");
        assertThat(calls).hasValue(2);
        assertThat(run.steps()).extracting(Step::state).containsOnly(StepState.COMPLETED);
        assertThat(run.steps()).extracting(Step::occurrence).containsExactly(1, 2);
    }

    @Test
    void ofOneThatThrewNothingIsLeftAndTheNextAttemptCallsItAgain() throws Exception {
        Run<Object> run = finish(context -> context.transaction("book", Integer.class, tx -> {
            insert(tx, "try " + calls.incrementAndGet());
            failUntil(3, context);
            return calls.get();
        }));
        assertThat(run).isCompleted().hasAttempts(3).hasOutput(3);
        assertThat(entries()).containsExactly("try 3");
        assertThat(run.attempts().getFirst().failure().message()).isEqualTo("on purpose");
    }

    @Test
    void itIsToldFromOthersAndTypedAsStepsAre() throws Exception {
        StepOptions key = StepOptions.none().key("order 7");
        Run<Object> run = finish(context -> {
            Entry entry = context.transaction("a", Entry.class, key, tx -> new Entry(1, List.of(insert(tx, "x"))));
            assertThat(context.transaction("b", Entry.class, key, tx -> new Entry(2, List.of(insert(tx, "never")))))
                    .isEqualTo(entry);
            assertThat(context.step("c", Entry.class, key, () -> new Entry(3, List.of())))
                    .isEqualTo(entry);
            assertThat(context.transaction("d", new TypeRef<List<Entry>>() {}, tx -> List.of(entry)))
                    .containsExactly(entry);
            context.transaction("e", StepOptions.none().key("none"), tx -> insert(tx, "y"));
            failUntil(2, context);
            return "";
        });
        assertThat(run).isCompleted().hasSteps("a", "d", "e");
        assertThat(entries()).containsExactly("x", "y");
    }

    @Test
    void aResultThatCannotBeKeptLeavesNothing() throws Exception {
        Run<Object> run = finish(context -> {
            assertThatThrownBy(() -> context.transaction("book", OneWay.class, tx -> {
                        insert(tx, "a");
                        return new OneWay() {};
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("result of step 'book'")
                    .hasMessageContaining("can be read from that");
            return "";
        });
        assertThat(run).isCompleted().hasAttempts(1).hasSteps();
        assertThat(entries()).isEmpty();
    }

    @Test
    void manyRunsAtATimeWriteOnceEach() throws Exception {
        int many = 60;
        Task<Integer, Integer> book = Task.named("book", Integer.class, Integer.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(3))
                .run((number, run) -> {
                    int result = run.transaction("book", Integer.class, tx -> {
                        insert(tx, "number " + number);
                        return number;
                    });
                    failUntil(number % 3 + 1, run);
                    return result;
                });
        errand.put(book);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            numbers.add(i);
        }
        for (Run<Integer> run : errand.triggerAll(book, numbers)) {
            assertThat(run).endsWithin(SOON).isCompleted();
        }
        assertThat(entries()).hasSize(many).doesNotHaveDuplicates();
    }

    // ── runs triggered in it

    @Test
    void whatItTriggersExistsFromItsCommitOn() throws Exception { // case 75
        Run<Object> run = finish(context -> {
            List<RunId> ids = context.transaction("spawn", new TypeRef<List<RunId>>() {}, tx -> {
                insert(tx, "a");
                return List.of(
                        errand.with(tx.connection()).trigger(greet, "Ada").id(),
                        context.trigger(greet, "Grace").id());
            });
            for (RunId id : ids) {
                assertThat(errand.run(id).id()).isEqualTo(id);
            }
            failUntil(2, context);
            return ids;
        });
        assertThat(run).isCompleted().hasAttempts(2);
        List<RunInfo> children =
                errand.runs(RunQuery.all().tasks("greet").limit(10)).items();
        assertThat(children).hasSize(2);
        for (RunInfo child : children) {
            assertThat(errand.run(child.id())).endsWithin(SOON).isCompleted();
        }
        assertThat(greeted).containsExactlyInAnyOrder("Ada", "Grace");
    }

    @Test
    void ofOneThatThrewAfterTwoTriggersNeitherRunExists() throws Exception { // case 76
        Run<Object> run = finish(context -> {
            List<Run<String>> never = new ArrayList<>();
            assertThatThrownBy(() -> context.transaction("spawn", tx -> {
                        insert(tx, "a");
                        never.add(errand.with(tx.connection()).trigger(greet, "Ada"));
                        never.add(context.trigger(greet, "Grace"));
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");
            return never.stream().map(each -> each.id().toString()).toList();
        });
        assertThat(run).isCompleted();
        assertThat(errand.runs(RunQuery.all().tasks("greet")).items()).isEmpty();
        errand.trigger(greet, "marker").await(SOON);
        assertThat(greeted).containsExactly("marker");
        assertThat(entries()).isEmpty();
    }

    @Test
    void aHandleAwaitedInItFailsAtOnce() throws Exception { // case 77
        Run<Object> run = finish(context -> context.transaction("spawn", Integer.class, tx -> {
            Run<String> child = errand.with(tx.connection()).trigger(greet, "Ada");
            Run<String> other = context.trigger(greet, "Grace");
            long before = System.nanoTime();
            assertThatThrownBy(() -> child.await(SOON)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> other.await(SOON)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> errand.run(child.id()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in a transaction that this thread has not committed yet");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
            return 1;
        }));
        assertThat(run).isCompleted().hasAttempts(1);
    }

    @Test
    void aRunTriggeredInItIsAChildOfItsRun() throws Exception {
        Gate gate = new Gate();
        Task<String, String> waits = Task.named("waits", String.class, String.class)
                .run((payload, run) -> {
                    gate.pass();
                    return payload;
                });
        errand.put(waits);
        Run<Object> run = trigger(context -> {
            context.transaction("spawn", tx -> context.trigger(waits, "x"));
            gate.awaitArrivals(1);
            gate.pass();
            return "";
        });
        gate.awaitArrivals(1);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        List<RunInfo> children = errand.runs(RunQuery.all().tasks("waits")).items();
        assertThat(children).hasSize(1);
        assertThat(errand.run(children.getFirst().id())).endsWithin(SOON).hasState(RunState.CANCELED);
    }

    // ── what is refused

    @Test
    void insideAStepOrAnotherItIsRefused() throws Exception {
        Run<Object> run = finish(context -> {
            context.step(
                    "step",
                    () -> assertThatThrownBy(() -> context.transaction("inner", tx -> {}))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("'inner' was not begun")
                            .hasMessageContaining("inside step 'step'"));
            context.transaction("outer", tx -> {
                assertThatThrownBy(() -> context.transaction("inner", inner -> {}))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("inside step 'outer'");
                assertThatThrownBy(() -> context.step("inner", () -> {})).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> context.complete(tx.connection(), "x"))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(context::now).isInstanceOf(IllegalStateException.class);
            });
            return "done";
        });
        assertThat(run).isCompleted().hasOutput("done").hasSteps("step", "outer");
    }

    @Test
    void howOftenItIsDoneIsNoChoice() throws Exception {
        Run<Object> run = finish(context -> {
            for (StepOptions options :
                    List.of(StepOptions.none().atMostOnce(), StepOptions.none().always())) {
                assertThatThrownBy(() -> context.transaction("book", options, tx -> insert(tx, "a")))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("exactly once");
            }
            return "done";
        });
        assertThat(run).isCompleted().hasSteps();
        assertThat(entries()).isEmpty();
    }

    @Test
    void itsCodeMayNotEndItAndNoOtherThreadMayUseIt() throws Exception {
        Run<Object> run = finish(context -> {
            context.transaction("book", tx -> {
                assertThatThrownBy(tx.connection()::commit).hasMessageContaining("the engine ends this transaction");
                FutureTask<?> elsewhere = new FutureTask<>(() -> insert(tx, "elsewhere"));
                Thread.startVirtualThread(elsewhere);
                assertThatThrownBy(elsewhere::get).hasMessageContaining("of the thread that began it");
                insert(tx, "a");
            });
            return "done";
        });
        assertThat(run).isCompleted();
        assertThat(entries()).containsExactly("a");
    }

    @Test
    void aRunThatIsCancelledInItsMidstWritesNothing() throws Exception {
        Gate gate = new Gate();
        Run<Object> run = trigger(context -> {
            context.transaction("book", tx -> {
                insert(tx, "a");
                gate.passStubbornly();
            });
            return "done";
        });
        gate.awaitArrivals(1);
        FutureTask<CancelAnswer> cancel = new FutureTask<>(run::cancel); // in a file of SQLite's it waits
        Thread.startVirtualThread(cancel);
        if (TestStore.POSTGRES) {
            cancel.get();
        }
        gate.open();
        assertThat(run).endsWithin(SOON);
        cancel.get();
        if (TestStore.POSTGRES) {
            assertThat(run).hasState(RunState.CANCELED);
            assertThat(entries()).isEmpty();
            assertThat(run).hasSteps();
        }
    }

    // ── when PostgreSQL breaks it off

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // SQLite has one writer at a time
    void oneThatIsBrokenOffForTheSakeOfOthersIsDoneAgain() throws Exception {
        int many = 8;
        try (Connection connection = DriverManager.getConnection(url)) {
            execute(connection, "drop table if exists counter");
            execute(connection, "create table counter (n int)");
            execute(connection, "insert into counter values (0)");
        }
        Task<Integer, Integer> count = Task.named("count", Integer.class, Integer.class)
                .retry(Retry.fixed(Duration.ofMillis(10)).attempts(50))
                .run((number, run) -> run.transaction("count", Integer.class, tx -> {
                    calls.incrementAndGet();
                    tx.connection().setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                    try (Statement statement = tx.connection().createStatement();
                            ResultSet row = statement.executeQuery("select n from counter")) {
                        row.next();
                        int next = row.getInt(1) + 1;
                        execute(tx.connection(), "update counter set n = " + next);
                        return next;
                    }
                }));
        errand.put(count);
        List<Run<Integer>> runs = errand.triggerAll(count, Collections.nCopies(many, 1));
        List<Integer> results = new ArrayList<>();
        for (Run<Integer> run : runs) {
            results.add(run.await(SOON));
        }
        assertThat(results).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
        int attempts = runs.stream().mapToInt(run -> run.attempts().size()).sum();
        assertThat(calls.get()).isGreaterThanOrEqualTo(attempts);
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY)
    void anErrorOfADeadlockIsRepeatedWithinAnAttemptAndOthersAreNot() throws Exception {
        Run<Object> run = finish(context -> {
            context.transaction("passes", tx -> {
                if (calls.incrementAndGet() < 4) {
                    insert(tx, "never");
                    throw new IllegalStateException(new SQLException("made up", "40P01"));
                }
                insert(tx, "at last");
            });
            assertThatThrownBy(() -> context.transaction("stays", tx -> {
                        calls.incrementAndGet();
                        throw new SQLException("made up", "40001");
                    }))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> context.transaction("breaks", tx -> {
                        calls.incrementAndGet();
                        throw new SQLException("made up", "23505");
                    }))
                    .isInstanceOf(SQLException.class);
            return calls.get();
        });
        assertThat(run).isCompleted().hasAttempts(1).hasOutput(4 + 5 + 1).hasSteps("passes");
        assertThat(entries()).containsExactly("at last");
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY)
    void whatTheDatabaseRefusesAtTheCommitFailsTheStep() throws Exception {
        try (Connection connection = DriverManager.getConnection(url)) {
            execute(connection, "drop table if exists later");
            execute(connection, "create table later (n int unique deferrable initially deferred)");
            execute(connection, "insert into later values (1)");
        }
        Run<Object> run = finish(context -> {
            assertThatThrownBy(() ->
                            context.transaction("book", tx -> execute(tx.connection(), "insert into later values (1)")))
                    .hasMessageContaining("'book' of run " + context.id() + " was rolled back at its commit")
                    .hasMessageContaining("duplicate key");
            return "";
        });
        assertThat(run).isCompleted().hasSteps();
    }
}
