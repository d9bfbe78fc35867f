package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.ClaimLostException;
import dev.errand.Errand;
import dev.errand.LogLine;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose end is committed with what their bodies write. */
class CompletionTest {
    /** What a body does with its transaction. */
    private interface Body {
        String run(Connection connection, RunContext run) throws Exception;
    }

    @TempDir
    Path folder;

    private String url;
    private Errand errand;

    @BeforeEach
    void open() throws SQLException {
        url = TestStore.url(folder);
        errand = Errand.builder().store(url).concurrency(2).drain(Duration.ZERO).open();
        try (Connection connection = Bookkeeper.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists ledger");
            connection.commit(); // or what the engine writes meanwhile keeps one from writing in a file of SQLite's
            statement.execute("create table ledger (entry varchar(100))");
            connection.commit();
        }
    }

    @AfterEach
    void close() {
        errand.close();
    }

    private Task<String, String> book(Body body) {
        Task<String, String> book = Task.named(Bookkeeper.TASK, String.class, String.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(2))
                .run((entry, run) -> {
                    try (Connection connection = Bookkeeper.connect(url)) {
                        Bookkeeper.insertEntry(connection, entry);
                        return body.run(connection, run);
                    }
                });
        errand.put(book);
        return book;
    }

    private List<String> ledger() throws SQLException {
        List<String> entries = new ArrayList<>();
        try (Connection connection = Bookkeeper.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select entry from ledger")) {
            while (rows.next()) {
                entries.add(rows.getString(1));
            }
        }
        return entries;
    }

    @Test
    void theEndIsCommittedWithTheBodysWrites() throws Exception {
        Task<String, String> book = book((connection, run) -> {
            run.log().info("booking");
            run.emit("an item");
            run.complete(connection, "booked");
            connection.commit();
            return "something else";
        });
        Run<String> run = errand.trigger(book, "Ada owes 5");
        assertThat(run.await(SOON)).isEqualTo("booked");
        assertThat(ledger()).containsExactly("Ada owes 5");
        assertThat(run).hasAttempts(1);
        assertThat(run.log()).extracting(LogLine::message).containsExactly("booking");
        assertThat(run.emitted()).hasSize(1);
    }

    @Test
    void theRunStaysCompletedThoughTheBodyThrowsAfterTheCommit() throws Exception {
        Gate gate = new Gate();
        Task<String, String> book = book((connection, run) -> {
            run.complete(connection, "booked");
            connection.commit();
            gate.pass();
            throw new IllegalStateException("too late to matter");
        });
        Run<String> run = errand.trigger(book, "Ada owes 5");
        assertThat(run.await(SOON)).isEqualTo("booked");
        gate.open();
        errand.close(); // records the end of the body
        errand = Errand.open(url);
        assertThat(errand.run(run.id(), book)).hasState(RunState.COMPLETED).hasAttempts(1);
        assertThat(ledger()).containsExactly("Ada owes 5");
    }

    @Test
    void afterARollbackTheAttemptEndsAsIfNothingHadBeenCompleted() throws Exception {
        Task<String, String> book = book((connection, run) -> {
            run.emit("from attempt " + run.attempt());
            if (run.attempt() == 1) {
                run.complete(connection, "booked");
                connection.rollback();
                throw new IllegalStateException("on purpose");
            }
            run.complete(connection, "booked");
            connection.rollback();
            return "given up";
        });
        Run<String> run = errand.trigger(book, "Ada owes 5");
        assertThat(run.await(SOON)).isEqualTo("given up");
        assertThat(run).hasAttempts(2);
        assertThat(run.emitted()).hasSize(1);
        assertThat(ledger()).isEmpty();
    }

    @Test
    void aLongBodyCompletesWithoutBeingDisturbed() throws Exception {
        BlockingQueue<Boolean> disturbed = new LinkedBlockingQueue<>();
        Gate gate = new Gate();
        Task<String, String> talks = Task.named("talks", String.class, String.class)
                .run((payload, run) -> {
                    run.log().info(payload);
                    gate.pass();
                    return payload;
                });
        errand.put(talks);
        Task<String, String> book = book((connection, run) -> {
            connection.rollback();
            Run<?> self = errand.run(run.id());
            Soon.await("its start is recorded", () -> self.state() == RunState.EXECUTING);
            Bookkeeper.insertEntry(connection, "in time");
            run.complete(connection, "booked");
            connection.commit();
            run.log().info("after the end");
            Run<String> later = run.trigger(talks, "what is noted later is kept");
            Soon.await(
                    "so what was noted before has been looked at",
                    () -> !later.log().isEmpty());
            disturbed.add(run.isCancelled() || Thread.currentThread().isInterrupted());
            gate.open();
            return "booked";
        });
        Run<String> run = errand.trigger(book, "nothing");
        assertThat(run.await(SOON)).isEqualTo("booked");
        assertThat(Soon.next(disturbed)).isFalse();
        assertThat(ledger()).containsExactly("in time");
    }

    /** However long it takes until it begins. */
    private static TriggerOptions ofAttempt(Duration limit) {
        return TriggerOptions.none().timeout(limit, TimeoutFrom.START);
    }

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // in a file of SQLite's nobody else writes meanwhile
    void aBodyOutOfTimeWhoseTransactionStaysOpenHoldsUpNobodyElse() throws Exception {
        BlockingQueue<RunContext> completed = new LinkedBlockingQueue<>();
        Gate gate = new Gate();
        Task<String, String> book = book((connection, run) -> {
            run.complete(connection, "booked");
            completed.add(run);
            gate.passStubbornly();
            Thread.interrupted(); // or the driver gives up
            connection.commit();
            return "booked";
        });
        Task<String, String> echo =
                Task.named("echo", String.class, String.class).run((payload, run) -> payload);
        errand.put(echo);
        Run<String> run = errand.trigger(book, "Ada owes 5", ofAttempt(Duration.ofSeconds(10)));
        RunContext context = Soon.next(completed);
        Soon.await("it is out of time", context::isCancelled);
        assertThat(errand.trigger(echo, "x").await(SOON)).isEqualTo("x");
        gate.open();
        assertThat(run.await(SOON)).isEqualTo("booked");
        assertThat(ledger()).containsExactly("Ada owes 5");
    }

    @Test
    void aBodyOutOfTimeThatRollsBackHasTimedOut() throws Exception {
        Gate gate = new Gate();
        Task<String, String> book = book((connection, run) -> {
            run.complete(connection, "booked");
            gate.passStubbornly();
            Thread.interrupted();
            connection.rollback();
            return "booked";
        });
        BlockingQueue<RunContext> contexts = new LinkedBlockingQueue<>();
        errand.put(book.withBody((entry, run) -> {
            contexts.add(run);
            return book.body().run(entry, run);
        }));
        Run<String> run = errand.trigger(book, "Ada owes 5", ofAttempt(Duration.ofMillis(300)));
        Soon.await("it is out of time", Soon.next(contexts)::isCancelled);
        gate.open();
        assertThat(run).endsWithin(SOON).hasState(RunState.TIMED_OUT).hasAttempts(1);
        assertThat(ledger()).isEmpty();
    }

    @Test
    void aRunThatWasCancelledCompletesNothing() throws Exception {
        BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
        Gate gate = new Gate();
        Task<String, String> book = book((connection, run) -> {
            connection.rollback();
            gate.passStubbornly();
            try {
                Bookkeeper.insertEntry(connection, "too late");
                run.complete(connection, "booked");
                connection.commit();
            } catch (ClaimLostException | StoreException | SQLException e) { // drivers give up when interrupted
                thrown.add(e);
            }
            return "booked";
        });
        Run<String> run = errand.trigger(book, "nothing");
        gate.awaitArrivals(1);
        run.cancel();
        gate.open();
        assertThat(Soon.next(thrown)).isNotNull();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        assertThat(ledger()).isEmpty();
    }

    @Test
    void anOutputThatDoesNotFitCompletesNothing() throws Exception {
        Task<String, String> book = book((connection, run) -> {
            assertThatThrownBy(() -> run.complete(connection, new Thread()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("JSON");
            connection.setAutoCommit(true);
            assertThatThrownBy(() -> run.complete(connection, "booked"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("auto-commit");
            return "as returned";
        });
        assertThat(errand.trigger(book, "x").await(SOON)).isEqualTo("as returned");
    }

    // ── beside steps; what has written to a file of SQLite's keeps a step waiting, so it is rolled back first

    @Test
    void afterItStepsAreRefused() throws Exception {
        Task<String, String> book = book((connection, run) -> {
            connection.rollback();
            String receipt = run.step("receipt", String.class, () -> "number 7");
            Bookkeeper.insertEntry(connection, receipt);
            run.complete(connection, receipt);
            assertThatThrownBy(() -> run.step("late", () -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'late' was not begun")
                    .hasMessageContaining("was completed");
            connection.commit();
            return "something else";
        });
        Run<String> run = errand.trigger(book, "nothing");
        assertThat(run.await(SOON)).isEqualTo("number 7");
        assertThat(run).hasSteps("receipt").hasAttempts(1);
        assertThat(ledger()).containsExactly("number 7");
    }

    @Test
    void insideAStepItIsRefused() throws Exception {
        Task<String, String> book = book((connection, run) -> {
            connection.rollback();
            return run.step("outer", String.class, () -> {
                assertThatThrownBy(() -> run.complete(connection, "booked"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("inside step 'outer'");
                return "as returned";
            });
        });
        assertThat(errand.trigger(book, "nothing").await(SOON)).isEqualTo("as returned");
    }

    @Test
    void whileAnotherThreadIsInAStepItIsRefused() throws Exception {
        Gate gate = new Gate();
        Task<String, String> book = book((connection, run) -> {
            connection.rollback();
            FutureTask<?> step = new FutureTask<>(() -> {
                run.step("other", gate::pass);
                return null;
            });
            Thread.startVirtualThread(step);
            gate.awaitArrivals(1);
            assertThatThrownBy(() -> run.complete(connection, "booked"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("under way in another thread");
            gate.open();
            step.get();
            run.complete(connection, "booked after it");
            connection.commit();
            return "something else";
        });
        assertThat(errand.trigger(book, "nothing").await(SOON)).isEqualTo("booked after it");
    }

    @Test
    void aProcessThatDiesBeforeTheCommitLeavesTheRunToAnother() throws Exception {
        Run<String> run = errand.trigger(declared(), "Ada owes 5");
        try (Bookkeeper dying = new Bookkeeper(url, "before")) {
            assertThat(dying.awaitDeath()).isEqualTo(9);
        }
        assertThat(ledger()).isEmpty();
        book((connection, context) -> {
            context.complete(connection, "booked by another");
            connection.commit();
            return "booked by another";
        });
        assertThat(run.await(SOON)).isEqualTo("booked by another");
        assertThat(ledger()).containsExactly("Ada owes 5");
    }

    @Test
    void aProcessThatDiesAfterTheCommitHasCompletedTheRun() throws Exception {
        Run<String> run = errand.trigger(declared(), "Ada owes 5");
        try (Bookkeeper dying = new Bookkeeper(url, "after")) {
            assertThat(dying.awaitDeath()).isEqualTo(9);
        }
        BlockingQueue<String> again = new LinkedBlockingQueue<>();
        book((connection, context) -> {
            again.add("again");
            return "again";
        });
        assertThat(run.await(SOON)).isEqualTo("booked");
        assertThat(ledger()).containsExactly("Ada owes 5 in the process that dies");
        assertThat(errand.trigger(Bookkeeper.TASK, "marker").await(SOON)).hasToString("\"again\"");
        assertThat(again).hasSize(1);
    }

    /** Known to the store, while this engine has not got its code. */
    private Task<String, String> declared() {
        Task<String, String> book = book((connection, run) -> "never");
        errand.withdraw(Bookkeeper.TASK);
        return book;
    }
}
