package dev.errand.acceptance;

import static dev.errand.acceptance.Elsewhere.elsewhere;
import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.AwaitTimeoutException;
import dev.errand.Batch;
import dev.errand.BatchEnd;
import dev.errand.BatchNotFoundException;
import dev.errand.BatchOptions;
import dev.errand.CancelAnswer;
import dev.errand.Errand;
import dev.errand.PurgeAnswer;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Triggers that commit or roll back with what the caller writes. */
class TransactionTest {
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
    private Errand other;

    @BeforeEach
    void open() throws SQLException {
        url = TestStore.url(folder);
        errand = Errand.open(url, greet);
        other = Errand.builder().store(url).concurrency(0).open();
        try (Connection connection = connect()) {
            execute(connection, "drop table if exists orders");
            connection.commit(); // or what the engine writes meanwhile keeps one from writing in a file of SQLite's
            execute(connection, "create table orders (id integer primary key)");
            connection.commit();
        }
    }

    @AfterEach
    void close() {
        other.close();
        errand.close();
    }

    private Connection connect() throws SQLException {
        Connection connection = TestStore.connection(url);
        connection.setAutoCommit(false);
        return connection;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int orders() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from orders")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void aTriggerIsCommittedWithTheCallersWrites() throws Exception { // case 75
        Run<String> run;
        try (Connection connection = connect()) {
            execute(connection, "insert into orders values (1)");
            run = errand.with(connection).trigger(greet, "Ada");
            connection.commit();
        }
        assertThat(errand.run(run.id(), greet).await(SOON)).isEqualTo("Hello Ada");
        assertThat(run.await(SOON)).isEqualTo("Hello Ada");
        assertThat(other.run(run.id()).await(SOON)).hasToString("\"Hello Ada\"");
        assertThat(orders()).isOne();
    }

    @Test
    void ofATransactionThatIsRolledBackNothingIsLeft() throws Exception { // case 76
        List<Run<String>> runs;
        try (Connection connection = connect()) {
            execute(connection, "insert into orders values (1)");
            runs = errand.with(connection).triggerAll(greet, List.of("Ada", "Grace"));
            connection.rollback();
        }
        for (Run<String> run : runs) {
            assertThatThrownBy(run::info).isInstanceOf(RunNotFoundException.class);
            assertThatThrownBy(() -> run.await(SOON)).isInstanceOf(RunNotFoundException.class);
            assertThatThrownBy(() -> other.run(run.id())).isInstanceOf(RunNotFoundException.class);
        }
        assertThat(errand.runs(RunQuery.all()).items()).isEmpty();
        errand.trigger(greet, "marker").await(SOON);
        assertThat(greeted).containsExactly("marker");
        assertThat(orders()).isZero();
    }

    @Test
    void aBatchIsCommittedOrRolledBackWithTheCallersWrites() throws Exception {
        Task<BatchEnd, ?> tells =
                Task.named("tells", BatchEnd.class).run((end, run) -> greeted.add(String.valueOf(end.name())));
        errand.add(tells);
        BatchOptions choir = BatchOptions.none().name("choir").onComplete(tells);
        Batch<String> lost;
        Batch<String> kept;
        try (Connection connection = connect()) {
            execute(connection, "insert into orders values (1)");
            lost = errand.with(connection).triggerBatch(greet, List.of("Eve"), choir);
            connection.rollback();
            execute(connection, "insert into orders values (2)");
            kept = errand.with(connection).triggerBatch(greet, List.of("Ada", "Grace"), choir);
            connection.commit();
        }
        assertThat(kept.await(SOON)).hasSize(2).allMatch(RunResult::ok);
        assertThat(other.batch(kept.id()).info().count(RunState.COMPLETED)).isEqualTo(2);
        assertThatThrownBy(lost::info).isInstanceOf(BatchNotFoundException.class);
        assertThatThrownBy(() -> other.batch(lost.id())).isInstanceOf(BatchNotFoundException.class);
        Soon.await("its callback has run", () -> greeted.contains("choir"));
        assertThat(greeted).containsExactlyInAnyOrder("Ada", "Grace", "choir");
        assertThat(orders()).isOne();
    }

    @Test
    void nothingStartsBeforeTheCommit() throws Exception {
        try (Connection connection = connect()) {
            List<? extends Run<?>> runs = errand.with(connection)
                    .triggerAll(List.of(TriggerRequest.of("greet", "Ada"), TriggerRequest.of("greet", "Grace")));
            assertThat(errand.runs(RunQuery.all()).items()).isEmpty();
            if (TestStore.POSTGRES) { // in a file of SQLite's nobody else writes meanwhile
                errand.trigger(greet, "marker").await(SOON); // which would start after them
            }
            assertThat(greeted).doesNotContain("Ada", "Grace");
            connection.commit();
            for (Run<?> run : runs) {
                run.await(SOON);
            }
        }
        assertThat(greeted).contains("Ada", "Grace");
    }

    /** Who is not woken looks after seconds, and may have done so just now, but not again and again. */
    @Test
    void idleNodesAreWokenByTheCommit() throws Exception {
        for (Errand by : List.of(errand, other, errand, other)) {
            Run<String> run;
            try (Connection connection = connect()) {
                run = by.with(connection).trigger(greet, "Ada");
                connection.commit();
            }
            Soon.awaitWithin(
                    Duration.ofMillis(1_500), "it ends though nobody tells of it but the commit", run::isFinished);
        }
    }

    @Test
    void theThreadOfTheTransactionFailsFastWhenItAwaits() throws Exception { // case 77
        try (Connection connection = connect()) {
            Run<String> run = errand.with(connection).trigger(greet, "Ada");
            long before = System.nanoTime();
            assertThatThrownBy(() -> run.await(SOON))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("this thread has not committed yet");
            assertThatThrownBy(() -> errand.run(run.id())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(run::future).isInstanceOf(IllegalStateException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
            connection.commit();
            assertThat(run.await(SOON)).isEqualTo("Hello Ada");
        }
    }

    @Test
    void whoHasTheIdBeforeTheCommitWaitsAndGetsTheResult() throws Exception { // case 78
        try (Connection connection = connect()) {
            Run<String> run = errand.with(connection).trigger(greet, "Ada");
            List<Elsewhere<String>> waiters = List.of(
                    elsewhere(() -> run.await(SOON)),
                    elsewhere(() -> errand.run(run.id(), greet).await(SOON)),
                    elsewhere(() -> other.run(run.id(), greet).await(SOON)));
            for (Elsewhere<String> waiter : waiters) {
                waiter.awaitThatItWaits();
            }
            connection.commit();
            for (Elsewhere<String> waiter : waiters) {
                assertThat(waiter.answer()).isEqualTo("Hello Ada");
            }
        }
    }

    @Test
    void whoAsksSomethingOfARunBeforeTheCommitWaitsAndIsHeard() throws Exception {
        TriggerOptions later = TriggerOptions.none().after(Duration.ofHours(1));
        List<Run<String>> runs;
        Elsewhere<CancelAnswer> cancel;
        Elsewhere<RescheduleAnswer> reschedule;
        Elsewhere<PurgeAnswer> purge;
        try (Connection connection = connect()) {
            runs = errand.with(connection).triggerAll(greet, List.of("Ada", "Grace", "Joan"), later);
            assertThatThrownBy(() -> runs.getFirst().cancel()).isInstanceOf(IllegalStateException.class);
            cancel = elsewhere(() -> runs.get(0).cancel());
            reschedule = elsewhere(() -> runs.get(1).reschedule(Instant.now()));
            purge = elsewhere(() -> runs.get(2).purge());
            for (Elsewhere<?> asked : List.of(cancel, reschedule, purge)) {
                asked.awaitThatItWaits();
            }
            connection.commit();
        }
        assertThat(cancel.answer()).isEqualTo(CancelAnswer.OK);
        assertThat(runs.get(0).state()).isEqualTo(RunState.CANCELED);
        assertThat(reschedule.answer()).isEqualTo(RescheduleAnswer.RESCHEDULED);
        assertThat(runs.get(1).await(SOON)).isEqualTo("Hello Grace");
        assertThat(purge.answer()).isEqualTo(PurgeAnswer.PURGED);
        assertThat(greeted).containsExactly("Grace");
    }

    @Test
    void whatIsAskedOfARunThatWasRolledBackIsAnsweredThatThereIsNone() throws Exception {
        Run<String> run;
        try (Connection connection = connect()) {
            run = errand.with(connection).trigger(greet, "Ada");
            connection.rollback();
        }
        assertThat(run.cancel()).isEqualTo(CancelAnswer.NOT_FOUND);
        assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_FOUND);
        assertThat(run.reschedule(Instant.now())).isEqualTo(RescheduleAnswer.NOT_FOUND);
        assertThat(run.purge()).isEqualTo(PurgeAnswer.NOT_FOUND);
        assertThat(run.forcePurge()).isEqualTo(PurgeAnswer.NOT_FOUND);
    }

    @Test
    @Tag("sqlite") // which has one writer at a time
    void aTriggerThatBeginsATransactionWaitsForWhoWritesJustNow() throws Exception {
        try (Connection connection = connect();
                Connection writing = connect()) {
            execute(writing, "insert into orders values (1)");
            Elsewhere<Run<String>> trigger =
                    elsewhere(() -> errand.with(connection).trigger(greet, "Ada"));
            assertThatThrownBy(() -> trigger.future().get(300, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            writing.commit();
            RunId id = trigger.answer().id();
            connection.commit();
            assertThat(errand.run(id, greet).await(SOON)).isEqualTo("Hello Ada");
        }
    }

    @Test
    void aWaitEndsInTimeThoughTheTransactionStaysOpen() throws Exception {
        try (Connection connection = connect()) {
            Run<String> run = errand.with(connection).trigger(greet, "Ada");
            Elsewhere<String> waiter = elsewhere(() -> run.await(Duration.ofMillis(200)));
            assertThatThrownBy(waiter::answer).hasCauseInstanceOf(AwaitTimeoutException.class);
            connection.rollback();
        }
    }

    @Test
    void aMadeUpIdIsAnsweredAtOnce() { // case 81
        RunId none = RunId.next();
        long before = System.nanoTime();
        assertThatThrownBy(() -> errand.run(none)).isInstanceOf(RunNotFoundException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    }

    @Test
    void aConnectionWithoutATransactionIsRefused() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(true);
            assertThatThrownBy(() -> errand.with(connection).trigger(greet, "Ada"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("auto-commit");
            connection.close();
            assertThatThrownBy(() -> errand.with(connection).trigger(greet, "Ada"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void aTriggerThatIsRefusedLeavesTheTransactionAlone() throws Exception {
        try (Connection connection = connect()) {
            execute(connection, "insert into orders values (1)");
            assertThatThrownBy(() -> errand.with(connection).trigger("nobody", "x"))
                    .isInstanceOf(TaskNotFoundException.class);
            connection.commit();
        }
        assertThat(orders()).isOne();
    }
}
