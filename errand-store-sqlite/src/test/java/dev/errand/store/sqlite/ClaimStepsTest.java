package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.Report;
import dev.errand.store.RunOptions;
import dev.errand.store.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sqlite.ProgressHandler;

/** How many steps the database takes for claims under limits: its own count, which is the same on every machine. */
class ClaimStepsTest {
    private static final String TASK = "greet";
    private static final int CLAIMS = 20;
    private static final int BATCH = 1_000;

    private final SqliteFixture fixture = new SqliteFixture();
    private final Clock clock = Clock.systemUTC();

    @AfterEach
    void removeDatabase() {
        fixture.close();
    }

    private static RunOptions key(int key) {
        return RunOptions.NONE.withQueue("mail").withConcurrencyKey("key " + key);
    }

    private static RunOptions queue(int queue) {
        return RunOptions.NONE.withQueue("queue " + queue);
    }

    private void fill(Limits limits, int queues, int runs, IntFunction<RunOptions> options) {
        try (Store store = fixture.open(clock)) {
            List<QueueEntry> entries = new ArrayList<>();
            entries.add(new QueueEntry("mail", limits));
            for (int i = 0; i < queues; i++) {
                entries.add(new QueueEntry("queue " + i, limits));
            }
            store.queues().declare(entries);
            for (int from = 0; from < runs; from += BATCH) {
                List<NewRun> batch = new ArrayList<>();
                for (int i = from; i < Math.min(runs, from + BATCH); i++) {
                    batch.add(NewRuns.of(TASK, clock).options(options.apply(i)).build());
                }
                store.enqueue(batch);
            }
        }
    }

    /** A writer without its thread, in one transaction that lasts, with all its steps counted. */
    private final class Counted implements AutoCloseable {
        private final Connection connection;
        private final Tx tx;
        private final Claiming claiming = new Claiming();
        private long steps;

        @Nullable
        private CompletableFuture<List<Claim>> request;

        Counted() throws SQLException {
            connection = fixture.connect();
            connection.setAutoCommit(true);
            Database database = Database.of(connection);
            tx = new Tx(database, clock);
            new Transactions(database, new Turns()).begin(tx);
            tx.becomeNode(1);
            ProgressHandler.setHandler(connection, 1, new ProgressHandler() {
                @Override
                protected int progress() {
                    steps++;
                    return 0;
                }
            });
        }

        /** How many steps a look takes; none if it is not worth one. */
        long look(int max) throws SQLException {
            long before = steps;
            if (request == null) {
                request = new CompletableFuture<>();
                claiming.request(tx, new Claiming.Standing(new ClaimRequest(max, Set.of(TASK)), request));
            }
            claiming.serve(tx);
            claiming.committed(0);
            return steps - before;
        }

        /** What the looks came to. */
        List<Claim> claimed() {
            List<Claim> claims = request == null ? List.of() : request.getNow(List.of());
            if (!claims.isEmpty()) {
                request = null;
            }
            return claims;
        }

        void release(Claim claim) throws SQLException {
            Recording.record(tx, List.of(new Report.Released(claim)));
        }

        void arrive(RunOptions options) throws SQLException {
            Enqueueing.enqueue(
                    tx, List.of(NewRuns.of(TASK, clock).options(options).build()));
        }

        /** On the average of some claims, each given back before the next. */
        long stepsOfAClaim() throws SQLException {
            long all = 0;
            for (int i = 0; i < CLAIMS; i++) {
                all += look(1);
                List<Claim> claims = claimed();
                assertThat(claims).hasSize(1);
                release(claims.getFirst());
            }
            return all / CLAIMS;
        }

        @Override
        public void close() throws SQLException {
            ProgressHandler.clearHandler(connection);
            connection.close();
        }
    }

    private long stepsOfAClaim(Limits limits, int queues, int runs, IntFunction<RunOptions> options)
            throws SQLException {
        fill(limits, queues, runs, options);
        try (Counted writer = new Counted()) {
            return writer.stepsOfAClaim();
        } finally {
            fixture.close();
        }
    }

    @Test
    void aClaimTakesNoMoreStepsWithManyKeysThanWithFew() throws SQLException {
        Limits limits = Limits.none().concurrencyPerKey(1);
        long few = stepsOfAClaim(limits, 0, 20, i -> key(i % 10));
        long many = new ClaimStepsTest().stepsOfAClaim(limits, 0, 20_000, i -> key(i % 10_000));
        assertThat(many).isPositive().isLessThan(few + few / 2);
    }

    @Test
    void aClaimTakesNoMoreStepsWithManyQueuesThanWithFew() throws SQLException {
        Limits limits = Limits.none().concurrency(1);
        long few = stepsOfAClaim(limits, 10, 20, i -> queue(i % 10));
        long many = new ClaimStepsTest().stepsOfAClaim(limits, 1_000, 2_000, i -> queue(i % 1_000));
        assertThat(many).isPositive().isLessThan(few + few / 2);
    }

    @Test
    void aFullQueueIsNotSearched() throws SQLException {
        fill(Limits.none().concurrency(1), 0, 5_000, ClaimStepsTest::key);
        try (Counted writer = new Counted()) {
            writer.look(1);
            List<Claim> executing = writer.claimed();
            assertThat(executing).hasSize(1);
            writer.look(1);
            for (int i = 0; i < CLAIMS; i++) {
                writer.arrive(key(i));
                assertThat(writer.look(1)).as("steps of look %d", i).isZero();
            }
            writer.release(executing.getFirst());
            assertThat(writer.look(1)).isPositive();
            assertThat(writer.claimed()).hasSize(1);
        }
    }

    @Test
    void ofKeysThatAllExecuteOnlyTheOneIsLookedAtThatIsFree() throws SQLException {
        int keys = 500;
        fill(Limits.none().concurrencyPerKey(1), 0, 2 * keys, i -> key(i % keys));
        try (Counted writer = new Counted()) {
            long all = writer.look(keys);
            List<Claim> executing = writer.claimed();
            assertThat(executing).hasSize(keys);
            writer.look(keys);
            assertThat(writer.look(keys)).as("steps where nothing has changed").isZero();
            writer.release(executing.get(keys / 2));
            long one = writer.look(keys);
            assertThat(writer.claimed()).hasSize(1);
            // All that is claimed is counted.
            assertThat(one)
                    .as("steps for one of %d, after %d for all", keys, all)
                    .isLessThan(all / 5);
        }
    }

    @Test
    void whatOneTriggerAddsOfNewPlacesIsAddedInOnePass() throws SQLException {
        long few = stepsOfNewPlaces(100);
        long many = new ClaimStepsTest().stepsOfNewPlaces(400);
        assertThat(many / 400)
                .as("steps for each of 400; of 100: %d", few / 100)
                .isLessThan(2 * few / 100);
    }

    private long stepsOfNewPlaces(int queues) throws SQLException {
        fill(Limits.none(), queues, 0, ClaimStepsTest::queue);
        try (Counted writer = new Counted()) {
            List<NewRun> runs = new ArrayList<>();
            for (int i = 0; i < queues; i++) {
                runs.add(NewRuns.of(TASK, clock)
                        .options(queue(i).withConcurrencyKey("k"))
                        .build());
            }
            long before = writer.steps;
            Enqueueing.enqueue(writer.tx, runs);
            return writer.steps - before;
        } finally {
            fixture.close();
        }
    }
}
