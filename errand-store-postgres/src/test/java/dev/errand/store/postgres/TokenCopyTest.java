package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.KeyHash;
import dev.errand.store.NewRuns;
import dev.errand.store.NewToken;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StoreSettings;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens, and who waits for them, in a copy. */
class TokenCopyTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final Duration HOUR = Duration.ofHours(1);
    private final Instant now = CLOCK.instant().truncatedTo(ChronoUnit.MICROS);
    private final NewToken.Key key = new NewToken.Key(KeyHash.of("k"), "k", now.plus(HOUR));
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

    private NewToken token(Duration timeout, NewToken.@Nullable Key held) {
        return new NewToken(TokenId.random(), "ümläut", null, List.of("x", "y"), now, now.plus(timeout), held);
    }

    @Test
    void aCopyHasAllTokensAndGoesOnAsTheOriginalWould() throws Exception {
        List<TokenInfo> before;
        NewToken pending = token(HOUR, key);
        Claim claim;
        try (PostgresStore store = open(server.url(database))) {
            store.tokens().create(pending);
            store.tokens().create(token(Duration.ofNanos(1_000), null));
            NewToken completed = token(HOUR, null);
            store.tokens().create(completed);
            store.tokens().end(completed.id(), "{\"ok\":1}".getBytes(StandardCharsets.UTF_8), null);
            NewToken failed = token(HOUR, null);
            store.tokens().create(failed);
            store.tokens().end(failed.id(), null, "no");
            store.enqueue(NewRuns.many(1, "greet", CLOCK));
            claim = store.claim(new ClaimRequest(1, Set.of("greet")))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS)
                    .getFirst();
            Report.Awaits awaits = new Report.Awaits(List.of(), List.of(pending.id(), completed.id()), false);
            assertThat(store.record(List.of(new Report.Waiting(claim, now, now, List.of(), null, awaits)))
                            .toCompletableFuture()
                            .get(60, TimeUnit.SECONDS))
                    .containsExactly(Receipt.RECORDED);
            before = store.tokens().list(TokenQuery.all()).items();
        }
        assertThat(before)
                .extracting(TokenInfo::state)
                .containsExactlyInAnyOrder(
                        TokenState.PENDING, TokenState.TIMED_OUT, TokenState.COMPLETED, TokenState.FAILED);
        String copy = server.url(database) + "&errand.schema=copied";
        CopyCounts counts = new StoreCopy(server.url(database), copy).run(progress -> {});
        assertThat(counts.tokens()).isEqualTo(4);
        assertThat(counts.awaited()).isEqualTo(2);
        try (PostgresStore store = open(copy)) {
            assertThat(store.tokens().list(TokenQuery.all()).items()).isEqualTo(before);
            assertThat(store.tokens().list(TokenQuery.all().tags("y")).items()).isEqualTo(before);
            assertThat(store.tokens().create(token(HOUR, key)).id()).isEqualTo(pending.id());
            store.advance();
            assertThat(store.find(claim.run()).orElseThrow().state()).isEqualTo(RunState.WAITING);
            store.tokens().end(pending.id(), null, "no");
            store.advance();
            assertThat(store.find(claim.run()).orElseThrow().state()).isEqualTo(RunState.QUEUED);
        }
    }
}
