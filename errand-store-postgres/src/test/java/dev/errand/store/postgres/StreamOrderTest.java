package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Event;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.store.postgres.server.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server is still at a commit whose connection is lost, while its lane goes on over another one. */
class StreamOrderTest {
    private static final int GATE = 42;
    /** The first commit with events waits at the gate, after it has taken its position; others go on. */
    private static final String STALL_THE_FIRST = """
            create function stall_the_first() returns trigger language plpgsql as $$
            begin
                if pg_try_advisory_xact_lock(43) then
                    perform pg_advisory_xact_lock_shared(%d);
                end if;
                return null;
            end $$;
            create constraint trigger stall after insert on errand.event
                deferrable initially deferred for each row execute function stall_the_first();
            """.formatted(GATE);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final TcpProxy proxy = TcpProxy.to(server.port());
    private PostgresStore store;

    @BeforeEach
    void open() {
        StoreSettings settings =
                new StoreSettings(server.url(database, proxy.port()), null, Map.of(), Clock.systemUTC());
        store = PostgresStore.open(Settings.of(settings), Clock.systemUTC());
        store.join("cut off", 2);
        store.enqueue(NewRuns.many(2, "greet", Clock.systemUTC()));
    }

    @AfterEach
    void close() {
        store.close();
        proxy.close();
        server.dropDatabase(database);
    }

    @Test
    void whatIsCommittedLateIsNotPassedOver() throws Exception {
        List<Claim> claims = store.claim(new ClaimRequest(2, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        EventCursor before = store.lastEvent();
        server.execute(database, STALL_THE_FIRST);
        List<RunId> told = new ArrayList<>();
        EventCursor seen;
        CompletableFuture<List<Receipt>> second;

        try (Connection gate = server.connect(database);
                Statement statement = gate.createStatement()) {
            statement.execute("select pg_advisory_lock(%d)".formatted(GATE));
            CompletableFuture<List<Receipt>> first = end(claims.getFirst());
            awaitAdvisoryWaits(1, first);
            proxy.refuse(); // so that no new one is cut with the others
            proxy.cut();
            assertThatThrownBy(() -> first.get(60, TimeUnit.SECONDS)).hasMessageContaining("connection");
            proxy.heal();
            awaitConnected();
            second = end(claims.getLast());
            awaitAdvisoryWaits(2, second);
            seen = read(before, told);
        }
        assertThat(second.get(60, TimeUnit.SECONDS)).containsExactly(Receipt.RECORDED);
        read(seen, told);

        assertThat(told)
                .containsExactlyInAnyOrder(
                        claims.getFirst().run(), claims.getLast().run());
    }

    private CompletableFuture<List<Receipt>> end(Claim claim) {
        Instant now = Instant.now();
        Report end = new Report.Ended(claim, RunState.COMPLETED, now, now, null, null, null, false);
        return store.record(List.of(end)).toCompletableFuture();
    }

    /** What is reported while the lane still tells of the outage fails with it. */
    private void awaitConnected() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!store.record(List.of())
                .handle((done, error) -> error == null)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)) {
            assertThat(System.nanoTime()).as("the lane is connected again").isLessThan(deadline);
        }
    }

    /** Or that it is done. */
    private void awaitAdvisoryWaits(int waiting, CompletableFuture<?> done) throws SQLException, InterruptedException {
        String waits = "select count(*) from pg_locks where not granted and locktype = 'advisory'"
                + " and database = (select oid from pg_database where datname = current_database())";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!String.valueOf(waiting).equals(server.query(database, waits)) && !done.isDone()) {
            assertThat(System.nanoTime()).as("the commit waits").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Answers from where on to read next. */
    private EventCursor read(EventCursor from, List<RunId> ended) {
        EventPage page = store.events(from, 100);
        page.events().stream().filter(Event::isEnd).map(Event::run).forEach(ended::add);
        return page.next();
    }
}
