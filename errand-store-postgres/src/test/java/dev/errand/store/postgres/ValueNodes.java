package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Two nodes whose runs wait for values. */
final class ValueNodes extends TwoNodes {
    static byte @Nullable [] bytes(@Nullable String json) {
        return json == null ? null : json.getBytes(StandardCharsets.UTF_8);
    }

    /** A user's transaction. */
    Connection begin() throws SQLException {
        Connection connection = server.connect(database);
        connection.setAutoCommit(false);
        return connection;
    }

    // ── runs and values

    static List<Claim> claimed(Store store, int many) throws Exception {
        return claimed(store, "wait", many);
    }

    SeenValue seen(String name) {
        return new SeenValue(
                name, first.values().find(name).map(ValueInfo::version).orElse(0L));
    }

    /** Whatever it was. */
    static ValueInfo set(Store store, String name, @Nullable String json) {
        while (true) {
            long version = store.values().find(name).map(ValueInfo::version).orElse(0L);
            Optional<ValueInfo> set = store.values().set(name, version, bytes(json));
            if (set.isPresent()) {
                return set.get();
            }
        }
    }

    static Report waiting(Claim claim, boolean withStep, SeenValue... values) {
        Instant now = CLOCK.instant();
        StepEntry step = new StepEntry(1, "until:enough#1", "enough", claim.attempt(), now, null, null, null);
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(values), true);
        return new Report.Waiting(claim, now, now, withStep ? List.of(step) : List.of(), null, awaits);
    }

    /** A run that waits, and whose value was looked at. */
    Claim waits(String name) throws Exception {
        Claim claim = claimed(first, 1).getFirst();
        record(first, waiting(claim, true, seen(name)));
        first.advance();
        assertThat(state(claim.run())).isEqualTo(RunState.WAITING);
        return claim;
    }

    static void record(Store store, Report report) throws Exception {
        assertThat(get(store.record(List.of(report)).toCompletableFuture())).containsExactly(Receipt.RECORDED);
    }

    /** Something that a node does within a transaction. */
    interface Work<T> {
        T with(Tx tx) throws SQLException;
    }

    <T> T within(Work<T> work) throws SQLException {
        try (Database connection = new Connections(settings(CLOCK)).open()) {
            connection.begin();
            T answer = work.with(new Tx(connection, new TaskNumbers(), new Time(CLOCK).now(), 0));
            connection.commit();
            return answer;
        }
    }

    /** The same, on a thread of its own. */
    <T> CompletableFuture<T> asideWithin(Work<T> work) {
        return aside(() -> {
            try {
                return within(work);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Marks who waits for what was changed, which is one, and looks at nothing. */
    void mark() throws SQLException {
        assertThat(within(tx -> ValueChanges.mark(tx, Changes.BEGINNING)).waits())
                .isEqualTo(1);
    }

    /** Nobody waits for the other for ever, nor did the server have to see to that. */
    void assertNoDeadlocks() {
        first.close();
        second.close();
        await(
                "select count(*) from pg_stat_activity where datname = '" + database + "' and pid <> pg_backend_pid()",
                0);
        assertThat(server.query(database, "select deadlocks from pg_stat_database where datname = current_database()"))
                .isEqualTo("0");
    }
}
