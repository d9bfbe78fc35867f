package dev.errand.store.postgres;

import static dev.errand.store.postgres.ValueNodes.CLOCK;
import static dev.errand.store.postgres.ValueNodes.aside;
import static dev.errand.store.postgres.ValueNodes.bytes;
import static dev.errand.store.postgres.ValueNodes.claimed;
import static dev.errand.store.postgres.ValueNodes.execute;
import static dev.errand.store.postgres.ValueNodes.get;
import static dev.errand.store.postgres.ValueNodes.record;
import static dev.errand.store.postgres.ValueNodes.set;
import static dev.errand.store.postgres.ValueNodes.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.errand.Json;
import dev.errand.Retention;
import dev.errand.RunState;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.CommitListener;
import dev.errand.store.NewRuns;
import dev.errand.store.StoreSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions of users' that stay open with a value that they set, or have locked, hold up nobody but who sets the same. */
class ValueTransactionTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ValueNodes nodes = new ValueNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void nothingElseWaitsForOneThatStaysOpen() throws Exception {
        set(nodes.first, "there", "1");
        Claim waits = nodes.waits("there");
        Claim going = claimed(nodes.first, 1).getFirst();
        try (Connection users = nodes.begin()) {
            nodes.first.values().set(users, "there", bytes("2"));
            nodes.first.values().set(users, "new", bytes("2"));
            List<CompletableFuture<ValueInfo>> others = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                others.add(aside(() -> set(nodes.first, "there", "3")));
                others.add(aside(() -> set(nodes.second, "new", "3")));
            }
            assertTimeoutPreemptively(SOON, () -> {
                record(nodes.first, waiting(going, true, nodes.seen("there"), nodes.seen("new")));
                for (int i = 0; i < 100; i++) {
                    assertThat(nodes.first.beat()).isPresent();
                    nodes.first.advance();
                    nodes.second.advance();
                    set(nodes.first, "another", Integer.toString(i));
                }
                assertThat(nodes.first.values().list("", 10))
                        .extracting(ValueInfo::name)
                        .containsExactly("another", "there");
                nodes.first.prune(Retention.all(Duration.ofHours(1)), 100);
                nodes.first.enqueue(NewRuns.many(1, "other", CLOCK));
            });
            assertThat(others).noneMatch(CompletableFuture::isDone);
            assertThat(nodes.state(waits.run())).isEqualTo(RunState.WAITING);
            assertThat(nodes.state(going.run())).isEqualTo(RunState.WAITING);
            users.commit();
            for (CompletableFuture<ValueInfo> other : others) {
                get(other);
            }
        }
        nodes.first.advance();
        assertThat(nodes.state(waits.run())).isEqualTo(RunState.QUEUED);
        assertThat(nodes.state(going.run())).isEqualTo(RunState.QUEUED);
    }

    @Test
    void bothNodesAreToldOfItsCommitAndLookAtOnce() throws Exception {
        Claim claim = nodes.waits("value");
        List<Semaphore> told = List.of(new Semaphore(0), new Semaphore(0));
        List<Semaphore> looks = List.of(new Semaphore(0), new Semaphore(0));
        listen(nodes.first, told.getFirst(), looks.getFirst());
        listen(nodes.second, told.getLast(), looks.getLast());
        try (Connection users = nodes.begin()) {
            nodes.first.values().set(users, "value", bytes("1"));
            users.commit();
        }
        for (Semaphore each : List.of(told.getFirst(), told.getLast(), looks.getFirst(), looks.getLast())) {
            assertThat(each.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        }
        nodes.second.advance();
        assertThat(nodes.state(claim.run())).isEqualTo(RunState.QUEUED);
    }

    private static void listen(PostgresStore store, Semaphore told, Semaphore looks) {
        store.onCommit(new CommitListener() {
            @Override
            public void events(boolean foreign) {}

            @Override
            public void requests() {
                looks.release();
            }

            @Override
            public void values() {
                told.release();
            }
        });
    }

    @Test
    void aValueOfTheSameNameInAnotherSchemaIsAnother() throws Exception {
        String url = nodes.server.url(nodes.database) + "&errand.schema=elsewhere";
        try (PostgresStore elsewhere =
                        PostgresStore.open(Settings.of(new StoreSettings(url, null, Map.of(), CLOCK)), CLOCK);
                Connection users = nodes.begin();
                Connection others = nodes.begin()) {
            nodes.first.values().set(users, "value", bytes("1"));
            assertTimeoutPreemptively(SOON, () -> {
                set(elsewhere, "value", "2");
                elsewhere.values().set(others, "value", bytes("3"));
                others.commit();
            });
            users.commit();
            assertThat(elsewhere.values().find("value").orElseThrow().value()).isEqualTo(new Json("3"));
            assertThat(nodes.first.values().find("value").orElseThrow().value()).isEqualTo(new Json("1"));
        }
    }

    /** It would else set what it has made of an old value, or believe that there is none. Each call by itself: the next may be refused as well. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock there",
                "lock new",
                "lock removed",
                "remove there",
                "remove new",
                "remove removed",
                "set there",
                "set new"
            })
    void oneThatSeesTheDatabaseAsItWasBeforeIsRefused(String callAndName) throws Exception {
        String call = callAndName.substring(0, callAndName.indexOf(' '));
        String name = callAndName.substring(call.length() + 1);
        set(nodes.first, "there", "1");
        set(nodes.first, "removed", "1");
        try (Connection users = nodes.begin()) {
            users.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            execute(users, "select 1 from errand.value");
            set(nodes.first, name, name.equals("removed") ? null : "2");
            assertThatThrownBy(() -> call(users, call, name))
                    .isInstanceOf(SQLException.class)
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("40001"));
        }
        assertThat(nodes.first.values().find(name).isPresent()).isEqualTo(!name.equals("removed"));
    }

    private void call(Connection users, String call, String name) throws SQLException {
        switch (call) {
            case "lock" -> nodes.first.values().lock(users, name);
            case "remove" -> nodes.first.values().set(users, name, null);
            default -> nodes.first.values().set(users, name, bytes("3"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void oneThatSeesTheDatabaseAsItWasBeforeSeesThatThereIsNone(int isolation) throws Exception {
        set(nodes.first, "removed", "1");
        set(nodes.first, "removed", null);
        try (Connection users = nodes.begin()) {
            users.setTransactionIsolation(isolation);
            execute(users, "select 1 from errand.value");
            for (String name : List.of("never", "removed")) {
                assertThat(nodes.first.values().lock(users, name)).isEmpty();
                assertThat(nodes.first.values().set(users, name, null)).isEqualTo(ValueInfo.none(name));
                nodes.first.values().set(users, name, bytes("1"));
                nodes.first.values().set(users, name, null);
                assertThat(nodes.first.values().lock(users, name)).isEmpty();
            }
            users.commit();
        }
        assertThat(nodes.first.values().list("", 10)).isEmpty();
        assertThat(set(nodes.first, "never", "1").version()).isPositive();
    }
}
