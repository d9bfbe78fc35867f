package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The functions that programs in any language call, before and after they are replaced. */
class SqlFunctionsTest {
    /** The last with the functions that took fewer arguments. */
    private static final int BEFORE = 20;

    private static final String FUNCTIONS = "select string_agg(proname, ' ' order by proname) from pg_proc"
            + " where pronamespace = 'errand'::regnamespace and proname like 'trigger%' and prorettype = 'text'::regtype";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void dropDatabase() {
        server.dropDatabase(database);
    }

    private void migrate(int known) {
        Clock clock = Clock.systemUTC();
        PostgresStore.open(Settings.of(new StoreSettings(server.url(database), null, Map.of(), clock)), clock, known)
                .close();
    }

    @Test
    void thereIsOneOfEachNameSoThatNoCallIsAmbiguous() {
        migrate(BEFORE);
        migrate(Migrations.NEWEST);
        assertThat(server.query(database, FUNCTIONS)).isEqualTo("trigger trigger_once");
        assertThatThrownBy(() -> server.query(database, "select errand.trigger('greet', '{}')"))
                .hasStackTraceContaining("No node ever declared a task 'greet'");
        assertThatThrownBy(() -> server.query(database, "select errand.trigger('greet', max_retries => 3)"))
                .hasStackTraceContaining("No node ever declared a task 'greet'");
    }

    @Test
    void whatUsersHaveMadeOfThemGoesOnWorking() {
        migrate(BEFORE);
        server.execute(database, """
                create table public.parcel (id int, run text default errand.trigger('ship', attempts => 0));
                create view public.started as select errand.trigger_once('once', 'ship', attempts => 0) as run;
                """);
        migrate(Migrations.NEWEST);
        assertThatThrownBy(() -> server.execute(database, "insert into public.parcel (id) values (1)"))
                .hasStackTraceContaining("No node ever declared a task 'ship'")
                .hasStackTraceContaining("trigger_before_21");
        assertThatThrownBy(() -> server.query(database, "select run from public.started"))
                .hasStackTraceContaining("No node ever declared a task 'ship'");
        assertThatThrownBy(() -> server.query(database, "select errand.trigger('greet', max_retries => 3)"))
                .hasStackTraceContaining("No node ever declared a task 'greet'");
    }
}
