package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.ValueInfo;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRuns;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.StoreSettings;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.CopySource;
import dev.errand.store.copy.Kept;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values, and who waits for them, in a copy. */
class ValueCopyTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final byte[] FIVE = "5".getBytes(StandardCharsets.UTF_8);
    private static final String NAME = "ümläut 😀";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @AfterEach
    void drop() {
        server.dropDatabase(database);
    }

    private static PostgresStore open(String url) {
        PostgresStore store = PostgresStore.open(Settings.of(new StoreSettings(url, null, Map.of(), CLOCK)), CLOCK);
        store.join("node", 10);
        return store;
    }

    private static RunId waits(PostgresStore store, SeenValue... values) throws Exception {
        store.enqueue(NewRuns.many(1, "greet", CLOCK));
        Claim claim = store.claim(new ClaimRequest(1, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .getFirst();
        Instant now = CLOCK.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(), List.of(values), true);
        assertThat(store.record(List.of(new Report.Waiting(claim, now, now, List.of(), null, awaits)))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS))
                .containsExactly(Receipt.RECORDED);
        return claim.run();
    }

    @Test
    void aCopyHasAllValuesAndGoesOnAsTheOriginalWould() throws Exception {
        List<ValueInfo> before;
        long removed;
        RunId waits;
        RunId changed;
        try (PostgresStore store = open(server.url(database))) {
            ValueInfo there = store.values().set(NAME, 0, FIVE).orElseThrow();
            removed = store.values().set("removed", 0, FIVE).orElseThrow().version();
            waits = waits(store, new SeenValue(NAME, there.version()), new SeenValue("none", 0));
            changed = waits(store, new SeenValue("removed", removed));
            store.advance();
            assertThat(store.values().set("removed", removed, null)).isPresent(); // nobody has looked yet
            before = store.values().list("", 10);
            assertThat(before).hasSize(1);
        }
        String copy = server.url(database) + "&errand.schema=copied";
        CopyCounts counts = new StoreCopy(server.url(database), copy).run(progress -> {});
        assertThat(counts.values()).isEqualTo(1);
        assertThat(counts.awaited()).isEqualTo(3);
        try (PostgresStore store = open(copy)) {
            assertThat(store.values().list("", 10)).isEqualTo(before);
            store.advance();
            assertThat(store.find(changed).orElseThrow().state()).isEqualTo(RunState.QUEUED);
            assertThat(store.find(waits).orElseThrow().state()).isEqualTo(RunState.WAITING);
            Optional<ValueInfo> set = store.values().set("none", 0, FIVE);
            assertThat(set.orElseThrow().version()).isGreaterThan(removed);
            store.advance();
            assertThat(store.find(waits).orElseThrow().state()).isEqualTo(RunState.QUEUED);
        }
    }

    @Test
    void noValueOfACopyGetsAVersionThatThereWasBefore() {
        long gone;
        try (PostgresStore store = open(server.url(database))) {
            assertThat(store.values().set(NAME, 0, FIVE)).isPresent();
            gone = store.values().set("gone", 0, FIVE).orElseThrow().version();
            assertThat(store.values().set("gone", gone, null)).isPresent();
        }
        String copy = server.url(database) + "&errand.schema=copied";
        new StoreCopy(server.url(database), copy).run(progress -> {});
        try (PostgresStore store = open(copy)) {
            assertThat(store.values().set("gone", 0, FIVE).orElseThrow().version())
                    .isGreaterThan(gone);
        }
    }

    /** Another store looks at nothing that it is told has happened. */
    @Test
    void aCopyIsToldWhatIsOpenAndWhatHasHappened() throws Exception {
        RunId unseen;
        RunId open;
        RunId changed;
        try (PostgresStore store = open(server.url(database))) {
            long version = store.values().set(NAME, 0, FIVE).orElseThrow().version();
            open = waits(store, new SeenValue(NAME, version));
            changed = waits(store, new SeenValue("changed", 0));
            store.advance();
            assertThat(store.values().set("changed", 0, FIVE)).isPresent(); // nobody has looked yet
            unseen = waits(store, new SeenValue(NAME, version));
        }
        Map<RunId, Integer> states = new HashMap<>();
        try (CopySource source =
                new PostgresCopyProvider().source(new StoreSettings(server.url(database), null, Map.of(), CLOCK))) {
            source.forEach(kept -> {
                if (kept instanceof Kept.AwaitedValue value) {
                    states.put(value.run(), value.state());
                }
            });
        }
        assertThat(states).isEqualTo(Map.of(open, 0, unseen, 0, changed, 1));
    }

    /** With what the documents have the owner grant. */
    @Test
    void aRoleThatMayNotMakeTablesCopiesIntoThem() throws Exception {
        String copied = server.createDatabase();
        String role = "r" + UUID.randomUUID().toString().replace("-", "");
        try (PostgresStore store = open(server.url(database))) {
            assertThat(store.values().set(NAME, 0, FIVE)).isPresent();
        }
        PostgresStore.open(Settings.of(new StoreSettings(server.url(copied), null, Map.of(), CLOCK)), CLOCK)
                .close();
        server.execute(copied, """
                create role %1$s login;
                grant usage on schema errand to %1$s;
                grant select, insert, update, delete on all tables in schema errand to %1$s;
                grant usage, select, update on all sequences in schema errand to %1$s;
                grant execute on all functions in schema errand to %1$s;
                """.formatted(role));
        String worker = server.url(copied).replaceAll("user=[^&]*", "user=" + role);
        try {
            assertThat(new StoreCopy(server.url(database), worker)
                            .run(progress -> {})
                            .values())
                    .isEqualTo(1);
        } finally {
            server.dropDatabase(copied);
        }
    }
}
