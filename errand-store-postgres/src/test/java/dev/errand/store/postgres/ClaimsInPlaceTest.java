package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where only keys have limits, of one run each, claims write no index, and are counted all the same. */
class ClaimsInPlaceTest {
    private static final String QUEUE = "mail";
    private static final int MOST = 100;

    /** As the version before counted what limits count, of all lines. */
    private static final String COUNTED_BEFORE = """
            select coalesce(sum(permits), 0)
              from (select least(max(permits), sum(runs)) as permits
                      from errand.chunk
                     where held is not null and claim <> 0
                     group by held, share) s
            """;

    /** As the version before claimed: it knew no fronts, and gave each claim a share. */
    private static final String CLAIMED_BEFORE = """
            update errand.chunk
               set claim = ((select max(number) from errand.node) << 40) + 1000000, held = line, share = 7, permits = 1
             where ctid = (select ctid from errand.chunk where claim = 0 order by position limit 1)
            """;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final Clock clock = Clock.systemUTC();
    private PostgresStore store;
    private PostgresStore other;

    @BeforeEach
    void openStores() {
        store = open("first");
        other = open("second");
        declare(Limits.none().concurrencyPerKey(1));
    }

    @AfterEach
    void closeStores() {
        other.close();
        store.close();
        server.dropDatabase(database);
    }

    private PostgresStore open(String node) {
        StoreSettings settings = new StoreSettings(server.url(database), null, Map.of(), clock);
        PostgresStore opened = PostgresStore.open(Settings.of(settings), clock);
        opened.join(node, 10);
        return opened;
    }

    private void declare(Limits limits) {
        store.queues().declare(List.of(new QueueEntry(QUEUE, limits)));
    }

    private NewRun run(String key, int priority) {
        return NewRuns.of("greet", clock)
                .priority(priority)
                .options(RunOptions.NONE.withQueue(QUEUE).withConcurrencyKey(key))
                .build();
    }

    private void enqueue(String key) {
        store.enqueue(List.of(run(key, 0)));
    }

    /** So many keys of one run each. */
    private void enqueueKeys(int keys) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            runs.add(run("key " + i, 0));
        }
        store.enqueue(runs);
    }

    private static List<Claim> claim(PostgresStore node) throws Exception {
        return node.claim(new ClaimRequest(MOST, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    /** Nothing in the queue is claimed by who claims all that he may. */
    private void assertRefused(PostgresStore node) throws Exception {
        NewRun elsewhere = NewRuns.of("greet", clock).build();
        store.enqueue(List.of(elsewhere));
        assertThat(claim(node)).extracting(Claim::run).containsExactly(elsewhere.id());
    }

    private List<Receipt> end(List<Claim> claims) throws Exception {
        Instant now = clock.instant();
        List<Report> ends = new ArrayList<>();
        for (Claim claim : claims) {
            ends.add(new Report.Ended(claim, RunState.COMPLETED, now, now, null, null, null, false));
        }
        return store.record(ends).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private String query(String sql) {
        return String.valueOf(server.query(database, sql));
    }

    @Test
    void aClaimWritesItsRowAndNoIndex() throws Exception {
        enqueueKeys(10); // a page has room for as many again
        assertThat(claim(store)).hasSize(10);
        store.close(); // so that its connections have told what they counted
        other.close();
        String updates = "select n_tup_upd || ' ' || n_tup_hot_upd from pg_stat_user_tables where relname = 'chunk'";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!query("select n_tup_upd >= 20 from pg_stat_user_tables where relname = 'chunk'")
                .equals("t")) {
            assertThat(System.nanoTime())
                    .as("claims and their release are counted")
                    .isLessThan(deadline);
        }
        assertThat(query(updates))
                .as("all, and those in place: not the release by who closes")
                .isEqualTo("20 10");
    }

    @Test
    void anotherNodeCountsIt() throws Exception {
        enqueue("k");
        enqueue("k");
        assertThat(claim(store)).hasSize(1);
        assertRefused(other);
    }

    @Test
    void anotherNodeCountsItBehindRunsThatCameAfterItWithAHeadStart() throws Exception {
        enqueue("k");
        List<Claim> first = claim(store);
        for (int i = 1; i <= MOST; i++) {
            store.enqueue(List.of(run("k", i)));
        }
        assertRefused(other);
        assertThat(end(first)).containsOnly(Receipt.RECORDED);
        assertThat(claim(other)).isNotEmpty();
    }

    @Test
    void theVersionBeforeCountsIt() throws Exception {
        enqueue("k");
        enqueue("k");
        enqueue("another");
        claim(store);
        assertThat(query(COUNTED_BEFORE)).isEqualTo("2");
    }

    @Test
    void whatTheVersionBeforeClaimedIsCounted() throws Exception {
        enqueue("k");
        enqueue("k");
        server.execute(database, CLAIMED_BEFORE);
        assertRefused(other);
    }

    @Test
    void aLimitOfTheQueueThatComesLaterCountsIt() throws Exception {
        enqueueKeys(3);
        assertThat(claim(store)).hasSize(3);
        enqueue("new");
        declare(Limits.none().concurrency(3));
        assertRefused(other);
        declare(Limits.none().concurrency(4));
        assertThat(claim(other)).hasSize(1);
    }

    @Test
    void aWiderLimitThatComesLaterCountsItOnce() throws Exception {
        enqueue("k");
        assertThat(claim(store)).hasSize(1);
        for (int i = 0; i < 3; i++) {
            enqueue("k");
        }
        declare(Limits.none().concurrencyPerKey(2));
        assertThat(claim(other)).hasSize(1);
        assertRefused(other);
    }

    @Test
    void whatLimitsCountIsCountedWhereOnlyKeysAreCountedLater() throws Exception {
        declare(Limits.none().concurrency(10));
        enqueue("k");
        assertThat(claim(store)).hasSize(1);
        enqueue("k");
        declare(Limits.none().concurrencyPerKey(1));
        assertRefused(other);
    }

    @Test
    void frontsGoOnceNothingIsClaimedBeforeThem() throws Exception {
        enqueue("k");
        enqueue("k");
        enqueue("another");
        List<Claim> claims = claim(store);
        assertThat(claims).hasSize(2);
        end(claims.subList(1, 2));
        store.prune(Retention.forever(), MOST);
        assertThat(query("select count(*) from errand.key_front")).isEqualTo("1");
        end(claims.subList(0, 1));
        store.prune(Retention.forever(), MOST);
        assertThat(query("select count(*) from errand.key_front")).isEqualTo("0");
    }

    @Test
    void endsAreRecordedThoughTheirRowsLieElsewhereMeanwhile() throws Exception {
        enqueueKeys(20);
        List<Claim> claims = claim(store);
        assertThat(claims).hasSize(20);
        server.execute(database, "update errand.chunk set runs = runs");
        assertThat(end(claims)).hasSize(20).containsOnly(Receipt.RECORDED);
        assertThat(query("select count(*) from errand.chunk")).isEqualTo("0");
        assertThat(end(claims)).as("told again").hasSize(20).containsOnly(Receipt.RECORDED);
    }

    @Test
    void aRowThatLiesWhereAnotherLayIsNotTakenForIt() throws Exception {
        enqueueKeys(10);
        List<Claim> claims = claim(store);
        String places = "select string_agg(ctid::text, ' ' order by ctid) from errand.chunk";
        String before = query(places);
        // Not a vacuum, which leaves what another transaction may still see.
        server.execute(database, "truncate errand.chunk");
        enqueueKeys(30);
        assertThat(query(places)).as("the places of others now").contains(before);
        assertThat(end(claims)).hasSize(10).containsOnly(Receipt.LOST);
        assertThat(query("select count(*) from errand.chunk")).isEqualTo("30");
    }

    @Test
    void aKeyWithManyRowsHidesNoOther() throws Exception {
        for (int i = 0; i < 5 * MOST; i++) {
            enqueue("many");
        }
        enqueueKeys(10);
        assertThat(claim(store)).hasSize(11);
    }
}
