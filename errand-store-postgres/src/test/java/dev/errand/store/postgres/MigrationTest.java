package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.StoreException;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step that is broken off leaves nothing behind, and however many migrate at once, each step is made once. */
class MigrationTest {
    /** Some steps after this version make tables. */
    private static final int BEFORE = 3;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    /** Whoever makes a sequence, as migrations do in the middle, waits while somebody holds this lock. */
    private static final String STUMBLING_BLOCK = """
            create function public.stumble() returns event_trigger language plpgsql set lock_timeout = 0 as
                $$ begin perform pg_advisory_xact_lock_shared(4711); end $$;
            create event trigger stumble on ddl_command_end when tag in ('CREATE SEQUENCE') execute function public.stumble();
            """;

    private static final String CATALOGUE = """
            select string_agg(line, E'\\n' order by line)
              from (select format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as line
                      from information_schema.columns where table_schema = 'errand'
                     union all
                    select indexdef from pg_indexes where schemaname = 'errand'
                     union all
                    select 'function ' || oid::regprocedure || md5(prosrc) from pg_proc where pronamespace = 'errand'::regnamespace
                     union all
                    select 'sequence ' || sequencename from pg_sequences where schemaname = 'errand'
                     union all
                    select format('version %s %s', number, oldest) from errand.version) lines
            """;

    private static final String WAITING = """
            select count(*) from pg_locks
             where not granted and locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
            """;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final List<Process> processes = new ArrayList<>();
    private Connection holder;

    @BeforeEach
    void connect() {
        holder = server.connect(database);
    }

    @AfterEach
    void endAll() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        holder.close();
        server.dropDatabase(database);
    }

    private Store open() {
        return open("");
    }

    private Store open(String parameters) {
        return new PostgresStoreProvider()
                .open(new StoreSettings(server.url(database) + parameters, null, Map.of(), Clock.systemUTC()));
    }

    private void hold(String sql) throws SQLException {
        try (Statement statement = holder.createStatement()) {
            statement.execute(sql);
        }
    }

    private void stumbleInTheMiddle() throws SQLException {
        server.execute(database, STUMBLING_BLOCK);
        hold("select pg_advisory_lock(4711)");
    }

    private void letGo() throws SQLException {
        hold("select pg_advisory_unlock_all()");
    }

    private void awaitWaiting(int sessions) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE;
        while (!String.valueOf(sessions).equals(server.query(database, WAITING))) {
            assertThat(System.nanoTime()).as(sessions + " sessions wait").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private Process start() throws Exception {
        Process process = Opener.start(server.url(database));
        processes.add(process);
        return process;
    }

    private void nothingIsThere() {
        assertThat(server.query(database, "select count(*) from pg_namespace where nspname = 'errand'"))
                .isEqualTo("0");
    }

    /** As if it had been made in one go. */
    private void allIsThere() {
        String reference = server.createDatabase();
        new PostgresStoreProvider()
                .open(new StoreSettings(server.url(reference), null, Map.of(), Clock.systemUTC()))
                .close();
        assertThat(server.query(database, CATALOGUE)).isNotEmpty().isEqualTo(server.query(reference, CATALOGUE));
        server.dropDatabase(reference);
    }

    @Test
    void aProcessThatIsKilledInTheMiddleLeavesNothingAndTheOneThatWaitedMakesAll() throws Exception {
        stumbleInTheMiddle();
        Process killed = start();
        awaitWaiting(1);
        CompletableFuture<Store> next = CompletableFuture.supplyAsync(this::open);
        awaitWaiting(2);
        killed.destroyForcibly().waitFor();
        nothingIsThere();
        letGo();
        try (Store store = next.get(60, TimeUnit.SECONDS)) {
            assertThat(store.health().problems()).isEmpty();
        }
        allIsThere();
    }

    @Test
    void aSessionThatIsTerminatedInTheMiddleIsToldAndLeavesNothing() throws Exception {
        stumbleInTheMiddle();
        CompletableFuture<Store> broken = CompletableFuture.supplyAsync(this::open);
        awaitWaiting(1);
        server.execute(
                database,
                "select pg_terminate_backend(pid) from pg_locks where not granted and locktype = 'advisory'"
                        + " and database = (select oid from pg_database where datname = current_database())");
        assertThatThrownBy(broken::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("The connection to")
                .message()
                .hasLineCount(1);
        nothingIsThere();
        letGo();
        open().close();
        allIsThere();
    }

    @Test
    void processesThatMigrateAtOnceMakeEachStepOnce() throws Exception {
        hold("select pg_advisory_lock(hashtextextended('errand.version', 0))");
        List<Process> all = List.of(start(), start(), start());
        awaitWaiting(all.size());
        letGo();
        for (Process process : all) {
            assertThat(process.inputReader().readLine()).isEqualTo(Opener.OPEN);
        }
        allIsThere();
    }

    @Test
    void oneThatLastsLongerThanAnAnswerMayTakeIsWaitedFor() throws Exception {
        stumbleInTheMiddle();
        CompletableFuture<Store> patient = CompletableFuture.supplyAsync(() -> open("&socketTimeout=4"));
        awaitWaiting(1);
        assertThatThrownBy(() -> patient.get(6, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        letGo();
        patient.get(60, TimeUnit.SECONDS).close();
        allIsThere();
    }

    @Test
    void ofAnUpgradeThatFailsTheStepsBeforeAreThereAndTheNextOneMakesTheRest() throws Exception {
        Settings settings = Settings.of(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
        try (Database before = new Connections(settings).open()) {
            Migrations.apply(settings, before, BEFORE);
        }
        String newest = "select max(number) from errand.version";
        assertThat(server.query(database, newest)).isEqualTo(String.valueOf(BEFORE));
        server.execute(database, """
                create sequence public.steps;
                create function public.fail() returns event_trigger language plpgsql as $$
                begin
                    if nextval('public.steps') > 2 then
                        raise exception 'as if the disk were full' using errcode = '53100';
                    end if;
                end
                $$;
                create event trigger fail on ddl_command_end when tag in ('CREATE TABLE') execute function public.fail();
                """);
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("disk");
        assertThat(Integer.parseInt(server.query(database, newest))).isBetween(BEFORE + 1, Migrations.NEWEST - 1);
        server.execute(database, "drop event trigger fail");
        open("").close();
        allIsThere();
    }

    @Test
    void oneThatFallsVictimToADeadlockIsBegunAgain() {
        server.execute(database, """
                create sequence public.deadlocks;
                create function public.deadlock() returns event_trigger language plpgsql as $$
                begin
                    if nextval('public.deadlocks') = 1 then
                        raise exception 'as if it were one' using errcode = '40P01';
                    end if;
                end
                $$;
                create event trigger deadlock on ddl_command_end when tag in ('CREATE INDEX') execute function public.deadlock();
                """);
        open("").close();
        allIsThere();
    }

    @Test
    void whoReadsATableIsNotHeldUpByOneThatWaitsForItAndComesAgain() throws Exception {
        server.execute(database, """
                create table public.busy ();
                create function public.alter() returns event_trigger language plpgsql as
                    $$ begin lock table public.busy; end $$;
                create event trigger alter on ddl_command_end when tag in ('CREATE SEQUENCE') execute function public.alter();
                """);
        holder.setAutoCommit(false);
        hold("select from public.busy");
        CompletableFuture<Store> patient = CompletableFuture.supplyAsync(this::open);
        String readers = "set statement_timeout = '60s'; select count(*) from public.busy";
        for (int times = 0; times < 2; times++) {
            awaitTableWanted();
            server.execute(database, readers);
        }
        assertThat(patient).isNotDone();
        holder.commit();
        patient.get(60, TimeUnit.SECONDS).close();
        allIsThere();
    }

    private void awaitTableWanted() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE;
        String wanted = "select count(*) from pg_locks where not granted and relation = 'public.busy'::regclass";
        while (!"1".equals(server.query(database, wanted))) {
            assertThat(System.nanoTime()).as("a table is waited for").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
