package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.StepOptions;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.store.postgres.server.PostgresServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions that are steps and whose connection breaks at the commit, which was made or was not. */
@Tag(TestStore.POSTGRES_ONLY)
class LostAnswerTest {
    private enum Loss {
        BEFORE_THE_COMMIT,
        AFTER_THE_COMMIT,
        AFTER_THE_COMMIT_WITH_ALL_CONNECTIONS,
        AFTER_THE_COMMIT_AND_INTERRUPTED
    }

    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final ThreadLocal<@Nullable Loss> LOSS = new ThreadLocal<>();

    private final String database = SERVER.createDatabase();
    private final AtomicInteger calls = new AtomicInteger();
    private Errand errand;

    @BeforeEach
    void open() {
        DataSource source = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getConnection") ? losing(SERVER.connect(database)) : "a DataSource");
        errand = Errand.builder().store(source).concurrency(2).open();
        SERVER.execute(database, "create table entries (entry text)");
    }

    @AfterEach
    void close() {
        errand.close();
        SERVER.dropDatabase(database);
    }

    /** One that breaks at the commit for which its thread wishes that. */
    private Connection losing(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> method.getName().equals("commit")
                        ? commit(connection)
                        : delegate(connection, method, arguments));
    }

    private static Object delegate(Connection connection, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object commit(Connection connection) throws SQLException {
        Loss wish = LOSS.get();
        LOSS.remove();
        if (wish != Loss.BEFORE_THE_COMMIT) {
            connection.commit();
        }
        if (wish != null) {
            connection.close();
            if (wish == Loss.AFTER_THE_COMMIT_WITH_ALL_CONNECTIONS || wish == Loss.AFTER_THE_COMMIT_AND_INTERRUPTED) {
                SERVER.terminate(database);
            }
            if (wish == Loss.AFTER_THE_COMMIT_AND_INTERRUPTED) {
                Thread.currentThread().interrupt();
            }
            throw new SQLException("the connection broke", "08006");
        }
        return null;
    }

    private Run<Object> finish(Body body) throws InterruptedException {
        Task<String, Object> task = Task.named("task", String.class, Object.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(3))
                .run((payload, run) -> body.run(run));
        errand.put(task);
        Run<Object> run = errand.trigger(task, "");
        assertThat(run).endsWithin(SOON);
        return run;
    }

    private int book(RunContext run, @Nullable Loss wish) throws Exception {
        return run.transaction("book", Integer.class, StepOptions.none().key("book"), tx -> {
            try (Statement statement = tx.connection().createStatement()) {
                statement.execute("insert into entries values ('x')");
            }
            LOSS.set(calls.get() == 0 ? wish : null);
            return calls.incrementAndGet();
        });
    }

    private void assertOneEntry() {
        assertThat(SERVER.query(database, "select count(*)::text from entries")).isEqualTo("1");
    }

    @Test
    void aCommitThatWasMadeIsNotRepeatedThoughItsAnswerIsLost() throws Exception {
        Run<Object> run = finish(context -> book(context, Loss.AFTER_THE_COMMIT));
        assertThat(run).isCompleted().hasAttempts(1).hasOutput(1).hasSteps("book");
        assertOneEntry();
    }

    @Test
    void oneThatWasNotMadeFailsTheStepWhichTheNextAttemptRepeats() throws Exception {
        Run<Object> run = finish(context -> book(context, Loss.BEFORE_THE_COMMIT));
        assertThat(run).isCompleted().hasAttempts(2).hasOutput(2).hasSteps("book");
        assertThat(run.attempts().getFirst().failure().type()).isEqualTo(StoreException.class.getName());
        assertThat(run.attempts().getFirst().failure().message())
                .contains("'book' of run " + run.id() + " was rolled back at its commit: the connection broke");
        assertOneEntry();
    }

    @Test
    void theJournalIsAskedUntilItAnswers() throws Exception {
        Run<Object> run = finish(context -> book(context, Loss.AFTER_THE_COMMIT_WITH_ALL_CONNECTIONS));
        assertThat(run).isCompleted().hasAttempts(1).hasOutput(1).hasSteps("book");
        assertOneEntry();
    }

    @Test
    void whoIsInterruptedBeforeItAnswersIsToldByTheNextCall() throws Exception {
        Run<Object> run = finish(context -> {
            try {
                return book(context, Loss.AFTER_THE_COMMIT_AND_INTERRUPTED);
            } catch (InterruptedException e) {
                return book(context, null);
            }
        });
        assertThat(run).isCompleted().hasAttempts(1).hasOutput(1).hasSteps("book");
        assertThat(calls).hasValue(1);
        assertOneEntry();
    }
}
