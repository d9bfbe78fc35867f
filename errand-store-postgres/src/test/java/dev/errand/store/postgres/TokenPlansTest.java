package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.KeyHash;
import dev.errand.store.NewRuns;
import dev.errand.store.NewToken;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** As {@link PlansTest}, of what is done with tokens: a page costs a page, and nothing reads through a large table. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TokenPlansTest {
    private static final int ROUNDS = 12;
    private static final int LIMIT = 20;
    private static final String LARGE = "('token', 'token_tag', 'awaited')";
    private static final RunId RUN = Ids.of(UUID.fromString("00000000-0000-7000-8000-000000000007"));

    /** A hundred thousand: most have ended or timed out within the last hour, 500 are pending, 2000 ended yesterday, half of them named. */
    private static final String MANY = """
            create temporary table made as
            select i, gen_random_uuid() as id, ('00000000-0000-7000-8000-' || lpad(to_hex(i % 1000), 12, '0'))::uuid as run,
                   (extract(epoch from now()) * 1000000)::bigint - 3600000000 + i * 30000::bigint - case when i < 2000 then 86400000000 else 0 end
                       as at,
                   case when i < 2000 or i % 10 < 5 then 1 when i % 10 = 5 then 2 else 0 end as state,
                   case when i % 200 = 6 and i > 2000 then 86400000000 else 1000000 end as stay
              from generate_series(0, 99999) i;
            insert into errand.token (id, state, created, timeout, ended, run, name, tags, key, key_until, key_text, value)
            select id, state, at, at + stay, case when state = 0 then at + stay else at + 1000 end, run, 'approval',
                   case when i % 10000 = 6 then '{rare}'::text[] when i % 10 = 3 then '{often}' else '{}' end,
                   case when i % 10 = 4 then id end, case when i % 10 = 4 then at end, case when i % 10 = 4 then 'k' end, '1'
              from made
             order by i;
            insert into errand.token_tag (tag, created, token)
            select unnest(tags), created, id from errand.token;
            insert into errand.awaited (run, kind, subject, state, armed)
            select gen_random_uuid(), 1, id, case when state = 0 and stay > 1000000 then 0 else 2 end, 2 from made where i >= 1000;
            """;

    private static PostgresServer server;
    private static String database;
    private static PostgresStore early;

    @BeforeAll
    static void load() throws Exception {
        server = PostgresServer.start(Map.of("autovacuum", "off"));
        database = server.createDatabase();
        early = open();
        server.execute(database, """
                insert into errand.token (id, created, timeout, ended, name, tags) values (gen_random_uuid(), 0, 0, 0, '', '{}');
                insert into errand.token_tag (tag, created, token) values ('', 0, gen_random_uuid());
                insert into errand.awaited (run, kind, subject) values (gen_random_uuid(), 1, gen_random_uuid());
                analyze;
                """);
        for (int round = 0; round < ROUNDS; round++) {
            use(early, round);
        }
        server.execute(database, "delete from errand.token; delete from errand.token_tag; delete from errand.awaited;");
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
    void withPlansFromWhenThereWasNextToNothing() throws Exception {
        server.execute(database, "select pg_stat_reset()");
        useAndClose(early);
        check();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(1)
    void withStatisticsFromWhenThereWasNextToNothing() throws Exception {
        server.execute(database, "select pg_stat_reset()");
        useAndClose(open());
        check();
    }

    /** Until they are first made, soon after 2,000 tokens, a page may sort all of a state. */
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(2)
    void withoutStatistics() throws Exception {
        server.execute(
                database,
                "delete from pg_statistic where starelid in (select oid from pg_class where relname in " + LARGE
                        + "); select pg_stat_reset()");
        useAndClose(open());
        checkScans();
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    @Order(3)
    void withStatisticsOfToday() throws Exception {
        server.execute(database, "vacuum analyze");
        server.execute(database, "select pg_stat_reset()");
        useAndClose(open());
        check();
    }

    private static void useAndClose(PostgresStore store) throws Exception {
        try (store) {
            for (int round = 0; round < ROUNDS; round++) {
                use(store, round);
                assertPages(store);
            }
        }
    }

    private static void use(PostgresStore store, int round) throws Exception {
        Instant now = Instant.now();
        NewToken.Key key = new NewToken.Key(KeyHash.of("k" + round + now), "k", now.plusSeconds(60));
        NewToken token = new NewToken(
                TokenId.random(), "approval", RUN, List.of("fresh"), now, now.plus(Duration.ofHours(1)), key);
        assertThat(store.tokens().create(token).id()).isEqualTo(token.id());
        assertThat(store.tokens().create(token).state()).isEqualTo(TokenState.PENDING);
        await(store, token.id());
        assertThat(store.tokens().end(token.id(), "1".getBytes(StandardCharsets.UTF_8), null))
                .contains(true);
        assertThat(store.tokens().end(token.id(), null, "no")).contains(false);
        store.advance();
        for (TokenQuery query : queries()) {
            store.tokens().list(query);
        }
        store.prune(Retention.all(Duration.ofHours(10)), 100);
        assertThat(store.tokens().find(token.id()).orElseThrow().state()).isEqualTo(TokenState.COMPLETED);
    }

    private static void await(PostgresStore store, TokenId token) throws Exception {
        store.enqueue(NewRuns.many(3, "wait", Clock.systemUTC()));
        Instant now = Instant.now();
        StepEntry step = new StepEntry(1, "wait", "wait", 1, now, null, null, null);
        List<Report> waits = new ArrayList<>();
        for (Claim claim : store.claim(new ClaimRequest(3, Set.of("wait")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)) {
            Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), false);
            waits.add(new Report.Waiting(claim, now, now, List.of(step), null, awaits));
        }
        store.record(waits).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static List<TokenQuery> queries() {
        TokenQuery all = TokenQuery.all().limit(LIMIT);
        List<TokenQuery> queries = new ArrayList<>(List.of(
                all,
                all.tags("often"),
                all.tags("rare"),
                all.tags("rare", "often"),
                all.run(RUN),
                all.run(RUN).states(TokenState.FAILED, TokenState.COMPLETED),
                all.tags("often").states(TokenState.COMPLETED),
                all.before(null),
                all.tags("rare", "often").before(null),
                all.states(TokenState.COMPLETED)
                        .before(null)
                        .createdUntil(Instant.now().minus(Duration.ofDays(1))),
                all.createdFrom(Instant.now()),
                all.run(RUN).createdFrom(Instant.now().minus(Duration.ofDays(2))),
                // Of a key there are but a few, so that it does not matter whether all of them are read: not "k", which
                // has a tenth of all.
                all.idempotencyKey("nobody's"),
                all.idempotencyKey("nobody's").before(null)));
        for (TokenState state : TokenState.values()) {
            queries.add(all.states(state));
        }
        return queries;
    }

    private static void assertPages(PostgresStore store) {
        TokenQuery all = TokenQuery.all().limit(LIMIT);
        for (TokenState state : TokenState.values()) {
            var page = store.tokens().list(all.states(state));
            assertThat(page.items()).hasSize(LIMIT).extracting(TokenInfo::state).containsOnly(state);
            var next = store.tokens().list(all.states(state).after(page.next().orElseThrow()));
            assertThat(next.items()).hasSize(LIMIT).doesNotContainAnyElementsOf(page.items());
        }
        assertThat(store.tokens().list(all.tags("rare")).items()).hasSize(9);
        assertThat(store.tokens().list(all.run(RUN)).items()).hasSize(LIMIT);
    }

    private static void check() {
        checkScans();
        reading().assertWithin(ROUNDS * 20_000L, ROUNDS * 40_000L);
    }

    private static void checkScans() {
        reading().awaitNobody();
        String read = server.query(
                database,
                "select string_agg(relname || ' ' || seq_tup_read, ', ') from pg_stat_user_tables"
                        + " where seq_tup_read > case relname when 'token_tag' then 5000 else 50000 end and relname in "
                        + LARGE);
        assertThat(read)
                .as(
                        "half of a table and more, read by sequential scans; of those while there were a few rows, connections tell later")
                .isNull();
    }

    private static Reading reading() {
        return new Reading(server, database, LARGE);
    }
}
