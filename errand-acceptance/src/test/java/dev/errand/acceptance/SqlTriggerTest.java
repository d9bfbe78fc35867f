package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.Machine;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.Timeout;
import dev.errand.TimeoutFrom;
import dev.errand.TriggerOptions;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that programs in any language trigger with {@code select errand.trigger(…)}. */
@Tag(TestStore.POSTGRES_ONLY)
class SqlTriggerTest {
    private record Welcome(String to, int times) {}

    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

    /** Who is not woken looks after 5 s, and may have done so just now, but not again and again. */
    private static final Duration BEFORE_SAFETY_NET = Duration.ofMillis(1_500);

    private static final int ROUNDS = 3;

    private static final PostgresServer SERVER = PostgresServer.shared();
    private static String database;
    private static Errand errand;

    @BeforeAll
    static void open() {
        database = SERVER.createDatabase();
        Task<Welcome, String> greet = Task.named("greet", Welcome.class, String.class)
                .aliases("welcome")
                .run((welcome, run) -> "Hello " + welcome.to() + " " + welcome.times());
        Task<Json, String> patient = Task.named("patient", Json.class, String.class)
                .ttl(Duration.ofMinutes(5))
                .timeout(Timeout.ofRun(Duration.ofMinutes(3)))
                .run((payload, run) -> "done");
        Task<Json, String> ship =
                Task.named("ship", Json.class, String.class).run((payload, run) -> "shipped " + payload);
        Task<Json, String> capped = Task.named("capped", Json.class, String.class)
                .limits(Limits.none().maxPending(2))
                .run((payload, run) -> "done");
        errand = Errand.builder()
                .store(SERVER.url(database))
                .tasks(greet, patient, ship, capped)
                .queues(new TaskQueue("mail", Limits.none().concurrencyPerKey(1)))
                .open();
    }

    @AfterAll
    static void close() {
        errand.close();
        SERVER.dropDatabase(database);
    }

    private static String trigger(Connection connection, String arguments) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select errand.trigger(" + arguments + ")")) {
            row.next();
            return row.getString(1);
        }
    }

    private static Run<Json> trigger(String arguments) throws SQLException {
        try (Connection connection = SERVER.connect(database)) {
            return errand.run(RunId.of(trigger(connection, arguments)));
        }
    }

    @Test
    void aRunIsTriggeredAndItsIdIsAnswered() throws Exception {
        Run<Json> run = trigger("'greet', '{\"to\":\"Ada\",\"times\":2}'");
        assertThat(run.await(SOON)).hasToString("\"Hello Ada 2\"");
        assertThat(Duration.between(run.id().madeAt(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void aTaskIsKnownByItsAliasAndInAnyCase() throws Exception {
        assertThat(trigger("'WELCOME', '{\"to\":\"Ada\",\"times\":1}'").info().task())
                .isEqualTo("greet");
    }

    @Test
    void whatATriggerCanSayCanBeSaid() throws Exception {
        RunInfo info = trigger("""
                'greet', '{"to":"Ada","times":1}'::jsonb, delay => interval '1 hour', name => 'nightly', tags => array['x', 'y'],
                priority => 60, ttl => interval '10 minutes', timeout => interval '30 seconds', attempts => 7, metadata => '{"a":1}'
                """).info();
        assertThat(info.state()).isEqualTo(RunState.DELAYED);
        assertThat(info.dueAt()).isEqualTo(info.createdAt().plus(Duration.ofHours(1)));
        assertThat(info.expiresAt()).isEqualTo(info.dueAt().plusSeconds(30));
        assertThat(info.name()).isEqualTo("nightly");
        assertThat(info.tags()).containsExactly("x", "y");
        assertThat(info.priority()).isEqualTo(60);
        assertThat(info.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(info.maxAttempts()).isEqualTo(7);
        assertThat(info.metadata()).isEqualTo(Map.of("a", 1L));
        assertThat(info.ttl()).isEqualTo(Duration.ofMinutes(10));
        assertThat(trigger("'greet', '{\"to\":\"Ada\",\"times\":1}', ttl => interval '0'")
                        .info()
                        .ttl())
                .isZero();
    }

    @Test
    void andWhatFewTriggersSayToo() throws Exception {
        RunInfo info = trigger("""
                'greet', '{"to":"Ada","times":1}'::jsonb, delay => interval '1 hour', timeout => interval '30 seconds',
                timeout_from => 'start', max_retries => 2, queue => 'Mail', key => 'ada', machine => 'Small-2x',
                max_duration => interval '10 seconds'
                """).info();
        assertThat(info.expiresAt()).as("it counts from its start").isNull();
        assertThat(info.timeoutFrom()).isEqualTo(TimeoutFrom.START);
        assertThat(info.maxAttempts()).isEqualTo(3);
        assertThat(info.queue()).isEqualToIgnoringCase("mail");
        assertThat(info.concurrencyKey()).isEqualTo("ada");
        assertThat(info.machine()).isEqualTo(Machine.SMALL_2X);
        assertThat(info.maxDuration()).isEqualTo(Duration.ofSeconds(10));
        RunInfo other = trigger(
                        "'patient', delay => interval '1 hour', timeout_from => 'START', machine => 'big:3/6.5'")
                .info();
        assertThat(other.expiresAt()).isEqualTo(other.dueAt().plus(Duration.ofMinutes(5)));
        assertThat(other.machine()).isEqualTo(Machine.parse("big:3/6.5"));
    }

    @Test
    void withAKeyASqlTriggerCanSayAsMuch() throws Exception {
        try (Connection connection = SERVER.connect(database)) {
            RunId id = RunId.of(call(connection, """
                    errand.trigger_once('said', 'patient', delay => interval '1 hour', queue => 'mail', concurrency_key => 'ada',
                        max_retries => 0, timeout_from => 'creation', machine => 'micro', max_duration => '0')
                    """));
            RunInfo info = errand.run(id).info();
            assertThat(info.maxAttempts()).isEqualTo(1);
            assertThat(info.concurrencyKey()).isEqualTo("ada");
            assertThat(info.machine()).isEqualTo(Machine.MICRO);
            assertThat(info.maxDuration()).isEqualTo(Duration.ZERO);
            assertThat(info.timeoutFrom()).isEqualTo(TimeoutFrom.CREATION);
            assertThat(info.idempotencyKey()).isEqualTo("said");
            assertThat(info.ttl()).as("the task's").isNull();
        }
    }

    @Test
    void aQueueAndAKeyAreNamed() throws Exception {
        Run<Json> run = trigger("'ship', '[1]', queue => 'mail', key => 'Ada'");
        assertThat(run.info().queue()).isEqualTo("mail");
        assertThat(run.info().concurrencyKey()).isEqualTo("Ada");
        assertThat(run.await(SOON)).hasToString("\"shipped [1]\"");
    }

    @Test
    void whatThePageShowsIsDone() throws Exception {
        String page = Files.readString(Path.of("../docs/transactions.md"));
        List<String> shown =
                SQL.matcher(page).results().map(example -> example.group(1)).toList();
        assertThat(shown).hasSize(3);
        try (Connection connection = SERVER.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("create table orders (item text)");
            for (String sql : shown) {
                statement.execute(sql);
            }
        }
        assertThat(SERVER.query(database, "select string_agg(item, ',') from orders"))
                .isEqualTo("piano");
        List<RunInfo> runs = errand.runs(RunQuery.all().tasks("ship")).items().stream()
                .filter(run -> run.payload().toString().contains("piano"))
                .toList();
        assertThat(runs).hasSize(3);
        assertThat(runs)
                .filteredOn(run -> run.tags().contains("large"))
                .singleElement()
                .satisfies(run -> {
                    assertThat(run.state()).isEqualTo(RunState.DELAYED);
                    assertThat(run.priority()).isEqualTo(60);
                });
        assertThat(runs).extracting(RunInfo::idempotencyKey).contains("order-42");
    }

    @Test
    void eachSchemaHasFunctionsOfItsOwnThatWakeItsNodesAndNoOthers() throws Exception {
        Task<Json, String> here = Task.named("here", Json.class, String.class).run((payload, run) -> "done");
        try (Errand other = Errand.open(SERVER.url(database) + "&errand.schema=jobs", here);
                Connection connection = SERVER.connect(database)) {
            for (int round = 0; round < ROUNDS; round++) {
                RunId id = RunId.of(call(connection, "jobs.trigger('here')"));
                Soon.awaitWithin(
                        BEFORE_SAFETY_NET,
                        "it ends though nobody tells of it but the commit",
                        () -> other.run(id).isFinished());
                assertThatThrownBy(() -> errand.run(id)).isInstanceOf(RunNotFoundException.class);
            }
            String once = call(connection, "jobs.trigger_once('k', 'here')");
            assertThat(call(connection, "jobs.trigger_once('k', 'here')")).isEqualTo(once);
            assertThat(other.run(RunId.of(once)).await(SOON)).hasToString("\"done\"");
            assertThatThrownBy(() -> trigger(connection, "'here'"))
                    .hasMessageContaining("No node ever declared a task 'here'");
        }
    }

    @Test
    void aFullQueueTakesNoMore() throws SQLException { // case 90
        try (Connection connection = SERVER.connect(database)) {
            connection.setAutoCommit(false);
            trigger(connection, "'capped', delay => interval '1 hour'");
            trigger(connection, "'capped', delay => interval '1 hour'");
            assertThatThrownBy(() -> trigger(connection, "'capped', delay => interval '1 hour'"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53400"))
                    .hasMessageContaining("The queue 'task/capped' is full: 2 of its runs are pending, it takes 2");
            connection.rollback();
            trigger(connection, "'capped', delay => interval '1 hour'");
            trigger(connection, "'greet', '{\"to\":\"Ada\",\"times\":1}', delay => interval '1 hour'");
            connection.commit();
        }
    }

    @Test
    void whatTheTaskSaysHoldsWhereTheTriggerSaysNothing() throws Exception {
        RunInfo info = trigger("'patient', due => now() + interval '1 day'").info();
        assertThat(info.expiresAt()).isEqualTo(info.dueAt().plus(Duration.ofMinutes(3)));
        assertThat(info.payload()).hasToString("null");
    }

    @Test
    void itIsPartOfTheTransaction() throws Exception { // cases 75, 76 and 78
        try (Connection connection = SERVER.connect(database)) {
            connection.setAutoCommit(false);
            RunId dropped = RunId.of(trigger(connection, "'patient'"));
            connection.rollback();
            assertThatThrownBy(() -> errand.run(dropped)).isInstanceOf(RunNotFoundException.class);
            RunId kept = RunId.of(trigger(connection, "'patient'"));
            CompletableFuture<RunId> waiter =
                    CompletableFuture.supplyAsync(() -> errand.run(kept).id());
            assertThatThrownBy(() -> waiter.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            connection.commit();
            assertThat(waiter.get(Soon.SECONDS, TimeUnit.SECONDS)).isEqualTo(kept);
            assertThat(errand.run(kept).await(SOON)).hasToString("\"done\"");
        }
    }

    @Test
    void manyOfOneTransactionAreAllDifferent() throws Exception {
        List<RunId> ids = new ArrayList<>();
        try (Connection connection = SERVER.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select errand.trigger('patient') from generate_series(1, 1000)")) {
            while (rows.next()) {
                ids.add(RunId.of(rows.getString(1)));
            }
        }
        assertThat(ids).hasSize(1000).doesNotHaveDuplicates();
        for (RunId id : ids) {
            errand.run(id).await(SOON);
        }
    }

    private static String call(Connection connection, String call) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select " + call)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aKeyIsTheSameInSqlAndInJava() throws Exception {
        TriggerOptions key = TriggerOptions.none().idempotencyKey("order ü 42");
        try (Connection connection = SERVER.connect(database)) {
            String first = call(connection, "errand.trigger_once('order ü 42', 'PATIENT', '[1]', name => 'sql')");
            assertThat(call(connection, "errand.trigger_once('order ü 42', 'patient')"))
                    .isEqualTo(first);
            Run<Json> hit = errand.trigger("patient", "x", key);
            assertThat(hit.isHit()).isTrue();
            assertThat(hit.id()).hasToString(first);
            assertThat(hit.info().idempotencyKey()).isEqualTo("order ü 42");
            assertThat(hit.info().name()).isEqualTo("sql");
            assertThat(hit.await(SOON)).hasToString("\"done\"");
            assertThat(errand.resetKey("patient", "order ü 42")).isTrue();
            Run<Json> second = errand.trigger("patient", "x", key);
            assertThat(call(connection, "errand.trigger_once('order ü 42', 'patient')"))
                    .isEqualTo(second.id().toString())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void aKeyOfAnOpenTransactionIsWaitedFor() throws Exception {
        try (Connection connection = SERVER.connect(database)) {
            connection.setAutoCommit(false);
            String run = call(connection, "errand.trigger_once('open', 'patient')");
            CompletableFuture<RunId> waiter = CompletableFuture.supplyAsync(
                    () -> errand.trigger("patient", "x", TriggerOptions.none().idempotencyKey("open"))
                            .id());
            assertThatThrownBy(() -> waiter.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            connection.commit();
            assertThat(waiter.get(Soon.SECONDS, TimeUnit.SECONDS)).hasToString(run);
        }
    }

    @Test
    void theLifeOfAKeyEnds() throws Exception {
        try (Connection connection = SERVER.connect(database)) {
            String first = call(connection, "errand.trigger_once('brief', 'patient', life => '1 microsecond')");
            assertThat(call(connection, "errand.trigger_once('brief', 'patient')"))
                    .isNotEqualTo(first);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null, 'patient'|an idempotency key has 1 to 2,048 characters",
                "repeat('x', 2049), 'patient'|an idempotency key has 1 to 2,048 characters",
                "'k', 'nobody'|No node ever declared a task 'nobody'",
                "'k', 'patient', life => '0'|the life of an idempotency key is more than zero"
            })
    void aKeyThatMakesNoSenseIsRefused(String arguments, String reason) throws SQLException {
        try (Connection connection = SERVER.connect(database)) {
            assertThatThrownBy(() -> call(connection, "errand.trigger_once(" + arguments + ")"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(reason);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'nobody'|No node ever declared a task 'nobody'",
                "'greet', delay => interval '1 hour', due => now()|a trigger has a delay or an instant, not both",
                "'greet', delay => interval '-1 hour'|cannot be negative",
                "'greet', priority => -1|priority is a head start in seconds",
                "'greet', attempts => 0|at least 1 attempt is needed",
                "'greet', attempts => 2, max_retries => 1|give one of them",
                "'greet', max_retries => -1|max_retries is 0 or more",
                "'greet', timeout_from => 'noon'|timeout_from is creation or start",
                "'greet', max_duration => '4 seconds'|max_duration is at least 5 seconds",
                "'greet', machine => 'huge'|a machine is micro",
                "'greet', machine => 'micro:3/6'|a machine is micro",
                "'greet', machine => '0/6'|a machine is micro",
                "'greet', machine => '1/99999'|a machine is micro",
                "'greet', metadata => '[1]'|metadata is a JSON object",
                "'greet', tags => array['']|a run has at most 10 tags",
                "'greet', name => ' '|a run's name has 1 to 256 characters"
            })
    void whatMakesNoSenseIsRefused(String arguments, String reason) {
        assertThatThrownBy(() -> trigger(arguments))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(reason);
    }
}
