package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreTransaction;
import dev.errand.store.TestClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions that are steps beside the writer: who waits for whom, and for how long. */
class LongTransactionTest {
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final TestClock clock = new TestClock();
    private final SqliteFixture fixture = new SqliteFixture();
    private final Location location = Location.of(Location.PREFIX + fixture.file());
    private final Readers readers = new Readers(location);
    private Store store;
    private StepTransactions hasty;

    @BeforeEach
    void open() {
        store = fixture.open(clock);
        store.join("node", 10);
        hasty = new StepTransactions(location, readers, new Turns(), SHORT);
    }

    @AfterEach
    void close() {
        hasty.close();
        readers.close();
        store.close();
        fixture.close();
    }

    private Claim claim() throws Exception {
        store.enqueue(List.of(NewRuns.of("greet", clock).build()));
        return store.claim(new ClaimRequest(1, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
    }

    private Report.Journaled step(Claim claim) {
        return new Report.Journaled(
                claim, new StepEntry(1, "k", "pay", 1, clock.instant(), clock.instant(), new byte[] {'1'}, null));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** One that has done this: on a machine that stood still just then it was broken off before, and is begun anew. */
    private StoreTransaction begunWith(String sql) throws Exception {
        while (true) {
            StoreTransaction transaction = hasty.begin();
            try {
                execute(transaction.connection(), sql);
                return transaction;
            } catch (SQLException e) {
                assertThat(transaction.brokenOff()).isNotNull();
                transaction.close();
            }
        }
    }

    @Test
    void oneThatTakesTooLongIsRolledBackAndFreesTheFile() throws Exception {
        Claim claim = claim();
        try (StoreTransaction transaction = begunWith("create table mine (x)")) {
            CompletableFuture<?> written = CompletableFuture.runAsync(() -> store.removeTask("any"));
            written.get(60, TimeUnit.SECONDS); // though the transaction has not ended
            assertThat(transaction.brokenOff())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("had the write lock of jdbc:sqlite:")
                    .hasMessageContaining("for 2000 ms and was rolled back");
            assertThatThrownBy(() -> transaction.connection().createStatement())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("for 2000 ms and was rolled back");
            assertThatThrownBy(() -> transaction.commit(step(claim)))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("was rolled back");
        }
        assertThat(store.steps(claim.run(), 0, 10)).isEmpty();
        try (StoreTransaction next = store.transactions().begin()) {
            execute(next.connection(), "create table mine (x)");
            assertThat(next.commit(step(claim))).isEqualTo(Receipt.RECORDED);
        }
    }

    @Test
    void aStatementThatTakesTooLongIsBrokenOffInItsMidst() throws Exception {
        try (StoreTransaction transaction = hasty.begin()) {
            assertThatThrownBy(() -> execute(
                            transaction.connection(),
                            "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"))
                    .isInstanceOf(SQLException.class);
            assertThat(transaction.brokenOff()).isNotNull();
        }
    }

    @Test
    void oneThatGetsNoLockSaysWhoMayHaveIt() throws Exception {
        try (Connection other = fixture.connect()) {
            execute(other, "create table mine (x)");
            assertThatThrownBy(hasty::begin)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("others have kept the write lock of jdbc:sqlite:")
                    .hasMessageContaining("for 2000 ms");
        }
        hasty.begin().close();
    }

    @Test
    void theEnginesWriterComesBetweenThoseOfMany() throws Exception {
        Claim claim = claim();
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        List<CompletableFuture<?>> busy = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            busy.add(CompletableFuture.runAsync(
                    () -> {
                        while (over.getCount() > 0) {
                            try (StoreTransaction transaction =
                                    store.transactions().begin()) {
                                begun.incrementAndGet();
                                execute(transaction.connection(), "delete from task where false");
                            } catch (InterruptedException | SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    },
                    task -> Thread.ofPlatform().daemon().start(task)));
        }
        List<Integer> overtaken = new ArrayList<>();
        for (int i = 0; i < 50 || begun.get() <= 50; i++) {
            int before = begun.get();
            int after = store.record(List.of(new Report.Started(claim, clock.instant())))
                    .thenApply(written -> begun.get()) // by the writer itself: this thread may wake up late
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            overtaken.add(after - before);
        }
        over.countDown();
        for (CompletableFuture<?> each : busy) {
            each.get(60, TimeUnit.SECONDS);
        }
        Collections.sort(overtaken);
        assertThat(overtaken.get(overtaken.size() / 2))
                .as("transactions that overtook the writer, half of the times")
                .isLessThan(20);
    }

    @Test
    void whatItsOwnCodeEndedIsNotTakenForCommitted() throws Exception {
        Claim claim = claim();
        try (StoreTransaction transaction = store.transactions().begin()) {
            execute(transaction.connection(), "rollback");
            assertThatThrownBy(() -> transaction.commit(step(claim)))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("was ended before");
        }
        assertThat(store.steps(claim.run(), 0, 10)).isEmpty();
        try (StoreTransaction transaction = store.transactions().begin()) {
            assertThat(transaction.commit(step(claim))).isEqualTo(Receipt.RECORDED);
        }
    }
}
