package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.RunState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.Store;
import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node that was taken for dead, lives on, and does not know it yet. */
class FenceTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    private Store open() {
        return new PostgresStoreProvider()
                .open(new StoreSettings(server.url(database), null, Map.of(), Clock.systemUTC()));
    }

    @Test
    void itRecordsNothingOfWhatOthersHaveTakenBack() {
        try (Store slow = open();
                Store other = open()) {
            List<NewRun> runs = NewRuns.many(3, "greet", Clock.systemUTC());
            List<Report> ends = claimAndEnd(slow, runs);
            other.join("other", 3);
            endLeaseOfSlow();
            assertThat(other.recover()).isEqualTo(3);
            assertThat(slow.record(ends).toCompletableFuture().join()).containsOnly(Receipt.LOST);
            assertThat(runs)
                    .allSatisfy(
                            run -> assertThat(other.find(run.id()).orElseThrow().state())
                                    .isEqualTo(RunState.QUEUED));
        }
    }

    @Test
    void itIsNotDeadAsLongAsItsClaimsCouldNotBeTakenBack() {
        try (Store slow = open();
                Store other = open()) {
            List<Report> ends = claimAndEnd(slow, NewRuns.many(3, "greet", Clock.systemUTC()));
            other.join("other", 3);
            endLeaseOfSlow();
            server.execute(database, """
                    create function refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
                    create trigger refuse before update on errand.chunk for each row execute function refuse();
                    """);
            assertThatThrownBy(other::recover).hasMessageContaining("not now");
            assertThat(server.query(database, "select count(*) from errand.node where gone is not null"))
                    .isEqualTo("0");
            server.execute(database, "drop trigger refuse on errand.chunk");
            assertThat(slow.record(ends).toCompletableFuture().join()).containsOnly(Receipt.RECORDED);
            assertThat(other.recover()).isZero();
            assertThat(server.query(database, "select name from errand.node where gone is not null"))
                    .isEqualTo("slow");
        }
    }

    /** Invariant: a node that is gone records no end, also of runs that were locked when the others were taken back. */
    @Test
    void itRecordsNothingOfWhatWasLockedWhenItWasTakenForDead() throws SQLException {
        try (Store slow = open();
                Store other = open();
                Connection locking = DriverManager.getConnection(server.url(database))) {
            List<NewRun> runs = NewRuns.many(3, "greet", Clock.systemUTC());
            List<Report> ends = claimAndEnd(slow, runs);
            other.join("other", 3);
            locking.setAutoCommit(false);
            try (Statement statement = locking.createStatement()) {
                statement.execute("select * from errand.chunk for update");
            }
            endLeaseOfSlow();
            assertThat(other.recover()).as("what is locked is left for later").isZero();
            assertThat(server.query(database, "select name from errand.node where gone is not null"))
                    .isEqualTo("slow");
            locking.rollback();

            assertThat(slow.record(ends).toCompletableFuture().join()).containsOnly(Receipt.LOST);
            slow.join("slow again", 3); // which gives back what it held before
            assertThat(slow.record(ends).toCompletableFuture().join()).containsOnly(Receipt.LOST);
            assertThat(runs)
                    .allSatisfy(
                            run -> assertThat(other.find(run.id()).orElseThrow().state())
                                    .isEqualTo(RunState.QUEUED));
        }
    }

    private static List<Report> claimAndEnd(Store slow, List<NewRun> runs) {
        slow.join("slow", 3);
        slow.enqueue(runs);
        List<Claim> claims = slow.claim(new ClaimRequest(3, Set.of("greet")))
                .toCompletableFuture()
                .join();
        Instant now = slow.clock().instant();
        byte[] output = "1".getBytes(StandardCharsets.UTF_8);
        return claims.stream()
                .<Report>map(claim -> new Report.Ended(claim, RunState.COMPLETED, now, now, output, null, null, false))
                .toList();
    }

    private void endLeaseOfSlow() {
        server.execute(database, """
                update errand.node set beat = 0 where name = 'slow';
                update errand.upkeep set leader = 0, until = 0, afresh = 0, looked = errand.now();
                """);
    }
}
