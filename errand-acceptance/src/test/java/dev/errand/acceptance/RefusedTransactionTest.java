package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.CancelAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.StepOptions;
import dev.errand.StoreException;
import dev.errand.Task;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Transactions that are steps and do not come to their commit: refused, too long, or broken off. */
@ResourceLock(EntriesTest.TABLE)
class RefusedTransactionTest extends EntriesTest {
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
        assertThat(entries())
                .as("whoever was first: what it writes, and that it is done, or neither")
                .hasSameSizeAs(run.steps());
        if (TestStore.POSTGRES) {
            assertThat(run).hasState(RunState.CANCELED);
            assertThat(entries()).isEmpty();
        }
    }

    // ── when it takes too long

    @Test
    @Tag(TestStore.SQLITE_ONLY) // where nobody else writes meanwhile
    void oneThatKeepsTheEngineWaitingForTooLongIsRolledBack() throws Exception {
        Run<Object> run = finish(context -> {
            assertThatThrownBy(() -> context.transaction("book", tx -> {
                        insert(tx, "a");
                        FutureTask<Run<String>> trigger = new FutureTask<>(() -> errand.trigger(greet, "Ada"));
                        Thread.startVirtualThread(trigger);
                        trigger.get(); // which waits for this transaction
                    }))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("had the write lock of jdbc:sqlite:")
                    .hasMessageContaining("for 5000 ms and was rolled back");
            context.transaction("book", tx -> insert(tx, "b"));
            return "";
        });
        assertThat(run).isCompleted().hasAttempts(1).hasSteps("book");
        assertThat(entries()).containsExactly("b");
    }

    // ── when PostgreSQL breaks it off

    @Test
    @Tag(TestStore.POSTGRES_ONLY) // SQLite has one writer at a time
    void oneThatIsBrokenOffForTheSakeOfOthersIsDoneAgain() throws Exception {
        int many = 8;
        try (Connection connection = TestStore.connection(url)) {
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
        try (Connection connection = TestStore.connection(url)) {
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
