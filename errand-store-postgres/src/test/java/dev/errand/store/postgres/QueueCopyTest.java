package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.QueueEntry;
import dev.errand.store.RunOptions;
import dev.errand.store.StoreSettings;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queues, and what waits in them and with keys, in a copy. */
class QueueCopyTest {
    private static final Clock CLOCK = Clock.systemUTC();

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

    private static NewRun run(RunOptions options) {
        return NewRuns.of("greet", CLOCK).options(options).build();
    }

    @Test
    void whatWaitsInAQueueOrWithAKeyIsClaimedThere() throws Exception {
        List<NewRun> runs = List.of(
                run(RunOptions.NONE.withQueue("mail")),
                run(RunOptions.NONE.withConcurrencyKey("k")),
                run(RunOptions.NONE.withQueue("mail").withConcurrencyKey("k")));
        try (PostgresStore store = open(server.url(database))) {
            store.queues().declare(List.of(new QueueEntry("mail", Limits.none())));
            store.enqueue(runs);
        }
        String copy = server.url(database) + "&errand.schema=copied";
        new StoreCopy(server.url(database), copy).run(progress -> {});
        List<RunId> claimed = new ArrayList<>();
        try (PostgresStore store = open(copy)) {
            while (claimed.size() < runs.size()) {
                List<Claim> claims = store.claim(new ClaimRequest(3, Set.of("greet")))
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                claims.forEach(claim -> claimed.add(claim.run()));
            }
        }
        assertThat(claimed)
                .containsExactlyInAnyOrderElementsOf(
                        runs.stream().map(NewRun::id).toList());
    }
}
