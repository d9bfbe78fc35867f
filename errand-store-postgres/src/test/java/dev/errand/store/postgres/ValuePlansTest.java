package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** As {@link PlansTest}, of what is done with values: a page costs a page, a change what waits for it, and nothing reads through a large table. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ValuePlansTest {
    private static final int ROUNDS = 12;
    private static final int LIMIT = 20;
    private static final int WAITS = 3;
    private static final String LARGE = "('value', 'awaited')";

    /** A hundred thousand values, of which one in ten has a wait that is open, one has ten thousand, and as many waits are for tokens. */
    private static final String MANY = """
            insert into errand.value (subject, name, version, value, at)
            select md5(i::text)::uuid, 'many ' || i, nextval('errand.value_version'), '1', 0 from generate_series(0, 99999) i;
            insert into errand.awaited (run, kind, subject, state, armed, version)
            select gen_random_uuid(), 2, subject, 0, 1, version from errand.value where version % 10 = 0;
            insert into errand.awaited (run, kind, subject, state, armed, version)
            select gen_random_uuid(), 2, md5('7')::uuid, 0, 1, 0 from generate_series(1, 10000);
            insert into errand.awaited (run, kind, subject, state, armed)
            select gen_random_uuid(), 1, gen_random_uuid(), i % 3, i % 3 from generate_series(1, 20000) i where i % 3 <> 1;
            """;

    private static PostgresServer server;
    private static String database;

    @BeforeAll
    static void load() throws Exception {
        server = PostgresServer.start(Map.of("autovacuum", "off"));
        database = server.createDatabase();
        open().close();
        server.execute(database, """
                insert into errand.value (subject, name, version, value, at) values (gen_random_uuid(), '', 0, '1', 0);
                insert into errand.awaited (run, kind, subject) values (gen_random_uuid(), 2, gen_random_uuid());
                insert into errand.changed (version, subject) values (0, gen_random_uuid());
                analyze;
                delete from errand.changed; delete from errand.value; delete from errand.awaited;
                """);
        server.execute(database, MANY);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static PostgresStore open() {
        Clock clock = Clock.systemUTC();
        StoreSettings settings = new StoreSettings(server.url(database), null, Map.of(), clock);
        PostgresStore store = PostgresStore.open(Settings.of(settings), clock);
        store.join("planned", 100);
        return store;
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(0)
    void withStatisticsFromWhenThereWasNextToNothing() throws Exception {
        server.execute(database, "select pg_stat_reset()");
        useAndClose("a");
        check();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(1)
    void withoutStatistics() throws Exception {
        server.execute(
                database,
                "delete from pg_statistic where starelid in (select oid from pg_class where relname in " + LARGE
                        + "); select pg_stat_reset()");
        useAndClose("b");
        check();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(2)
    void withStatisticsOfToday() throws Exception {
        server.execute(database, "vacuum analyze");
        server.execute(database, "select pg_stat_reset()");
        useAndClose("c");
        check();
    }

    private static void useAndClose(String name) throws Exception {
        try (PostgresStore store = open()) {
            for (int round = 0; round < ROUNDS; round++) {
                use(store, name + " " + round);
                assertThat(store.values().list("", LIMIT)).hasSize(LIMIT);
                assertThat(store.values().list("many 5", LIMIT)).hasSize(LIMIT);
            }
        }
    }

    private static void use(PostgresStore store, String name) throws Exception {
        byte[] json = "1".getBytes(StandardCharsets.UTF_8);
        long first = store.values().set(name, 0, json).orElseThrow().version();
        await(store, new SeenValue(name, first));
        store.advance();
        long second = store.values().set(name, first, json).orElseThrow().version();
        store.advance();
        try (Connection users = server.connect(database)) {
            users.setAutoCommit(false);
            assertThat(store.values().lock(users, name)).isPresent();
            store.values().set(users, name, json);
            store.values().set(users, name + " too", json);
            store.values().set(users, name + " too", null);
            users.commit();
        }
        store.advance();
        ValueInfo now = store.values().find(name).orElseThrow();
        assertThat(now.version()).isGreaterThan(second);
        assertThat(store.values().find(List.of(name, "none"))).containsExactly(now);
        store.values().list("", LIMIT);
        store.values().list("many 5", LIMIT);
        assertThat(store.values().set(name, now.version(), null)).isPresent();
        store.advance();
    }

    private static void await(PostgresStore store, SeenValue value) throws Exception {
        store.enqueue(NewRuns.many(WAITS, "wait", Clock.systemUTC()));
        Instant now = Instant.now();
        StepEntry step = new StepEntry(1, "wait", "wait", 1, now, null, null, null);
        List<Report> waits = new ArrayList<>();
        for (Claim claim : store.claim(new ClaimRequest(WAITS, Set.of("wait")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)) {
            Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(value), false);
            waits.add(new Report.Waiting(claim, now, now, List.of(step), null, awaits));
        }
        store.record(waits).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static void check() {
        reading().assertNoScans();
        reading().assertWithin(ROUNDS * 1_000L, ROUNDS * 5_000L);
    }

    private static Reading reading() {
        return new Reading(server, database, LARGE);
    }
}
