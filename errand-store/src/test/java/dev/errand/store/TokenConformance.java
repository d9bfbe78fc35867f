package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens, and runs that wait for them. */
public abstract class TokenConformance extends StoreTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @BeforeEach
    void joinStore() {
        store.join("first", 100);
    }

    private NewToken token(String name, @Nullable RunId run, NewToken.@Nullable Key key, String... tags) {
        Instant now = clock.instant();
        return new NewToken(TokenId.random(), name, run, List.of(tags), now, now.plus(HOUR), key);
    }

    private TokenId create() {
        return store.tokens().create(token("approval", null, null)).id();
    }

    private Optional<Boolean> complete(TokenId token, String value) {
        return store.tokens().end(token, value.getBytes(StandardCharsets.UTF_8), null);
    }

    private TokenInfo info(TokenId token) {
        return store.tokens().find(token).orElseThrow();
    }

    private Report.Waiting waiting(Claim claim, @Nullable Duration atMost, boolean any, TokenId... tokens) {
        Instant now = clock.instant();
        return new Report.Waiting(
                claim,
                now,
                now,
                List.of(),
                atMost == null ? null : now.plus(atMost),
                new Report.Awaits(List.of(), List.of(tokens), any));
    }

    private void advanceAll() {
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
    }

    // ── tokens

    @Test
    void aTokenIsPendingUntilItIsCompleted() {
        RunId run = enqueueGreet();
        TokenInfo created = store.tokens().create(token("approval", run, null, "a", "b"));
        assertThat(created.state()).isEqualTo(TokenState.PENDING);
        assertThat(created.name()).isEqualTo("approval");
        assertThat(created.run()).isEqualTo(run);
        assertThat(created.tags()).containsExactly("a", "b");
        assertThat(created.createdAt()).isEqualTo(clock.instant());
        assertThat(created.timeoutAt()).isEqualTo(clock.instant().plus(HOUR));
        assertThat(created.endedAt()).isNull();
        assertThat(info(created.id())).isEqualTo(created);

        clock.advance(MINUTE);
        assertThat(complete(created.id(), "{\"ok\":1}")).contains(true);
        TokenInfo completed = info(created.id());
        assertThat(completed.state()).isEqualTo(TokenState.COMPLETED);
        assertThat(completed.endedAt()).isEqualTo(clock.instant());
        assertThat(completed.value()).isEqualTo(new Json("{\"ok\":1}"));
        assertThat(completed.error()).isNull();
    }

    @Test
    void theFirstEndCounts() {
        TokenId completed = create();
        assertThat(complete(completed, "1")).contains(true);
        assertThat(complete(completed, "2")).contains(false);
        assertThat(store.tokens().end(completed, null, "no")).contains(false);
        assertThat(info(completed).value()).isEqualTo(new Json("1"));

        TokenId failed = create();
        assertThat(store.tokens().end(failed, null, "no")).contains(true);
        assertThat(complete(failed, "2")).contains(false);
        assertThat(info(failed).state()).isEqualTo(TokenState.FAILED);
        assertThat(info(failed).error()).isEqualTo("no");
        assertThat(info(failed).value()).isNull();
    }

    @Test
    void whoSendsTheSameEndAgainIsNotTheFirst() {
        TokenId completed = create();
        assertThat(complete(completed, "1")).contains(true);
        assertThat(complete(completed, "1")).contains(false);
        TokenId failed = create();
        assertThat(store.tokens().end(failed, null, "no")).contains(true);
        assertThat(store.tokens().end(failed, null, "no")).contains(false);
    }

    @Test
    void aTokenIsCompletedUntilItsTimeHasCome() {
        TokenId token = create();
        clock.advance(HOUR.minusMillis(1));
        assertThat(info(token).state()).isEqualTo(TokenState.PENDING);
        assertThat(complete(token, "1")).contains(true);
        clock.advance(HOUR);
        assertThat(info(token).state()).as("for good").isEqualTo(TokenState.COMPLETED);
    }

    @Test
    void aTokenTimesOut() {
        TokenId token = create();
        clock.advance(HOUR);
        assertThat(info(token).state()).isEqualTo(TokenState.TIMED_OUT);
        assertThat(info(token).endedAt()).isEqualTo(clock.instant());
        assertThat(complete(token, "1")).contains(false);
        assertThat(info(token).state()).isEqualTo(TokenState.TIMED_OUT);
    }

    @Test
    void whatNobodyCreatedCannotBeCompleted() {
        assertThat(store.tokens().find(TokenId.random())).isEmpty();
        assertThat(complete(TokenId.random(), "1")).isEmpty();
    }

    @Test
    void aTokenThatIsCreatedAgainIsOne() {
        NewToken token = token("approval", null, null);
        TokenInfo first = store.tokens().create(token);
        complete(token.id(), "1");
        assertThat(store.tokens().create(token).id()).isEqualTo(first.id());
        assertThat(store.tokens().create(token).state()).isEqualTo(TokenState.COMPLETED);
        assertThat(store.tokens().list(TokenQuery.all()).items()).hasSize(1);
    }

    @Test
    void underAKeyThatIsHeldThereIsOneToken() {
        NewToken.Key key =
                new NewToken.Key(KeyHash.of("of all k"), "k", clock.instant().plus(HOUR));
        TokenId first = store.tokens().create(token("approval", null, key)).id();
        complete(first, "1");
        assertThat(store.tokens().create(token("other", null, key)).id()).isEqualTo(first);
        assertThat(info(first).idempotencyKey()).isEqualTo("k");
        clock.advance(HOUR);
        NewToken.Key later =
                new NewToken.Key(KeyHash.of("of all k"), "k", clock.instant().plus(HOUR));
        assertThat(store.tokens().create(token("approval", null, later)).id()).isNotEqualTo(first);
    }

    @Test
    void ofManyWhoCompleteATokenAtOnceOneDoes() {
        Store other = openNode("other");
        for (int round = 0; round < 20; round++) {
            TokenId token = create();
            List<CompletableFuture<Optional<Boolean>>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Store by = i % 2 == 0 ? store : other;
                byte[] value = Integer.toString(round % 2 == 0 ? i : 7).getBytes(StandardCharsets.UTF_8);
                answers.add(CompletableFuture.supplyAsync(() -> by.tokens().end(token, value, null)));
            }
            assertThat(answers.stream().map(StoreTest::await).filter(Optional.of(true)::equals))
                    .hasSize(1);
        }
    }

    @Test
    void tokensAreListedNewestFirstAndByStateTagAndRun() {
        RunId run = enqueueGreet();
        TokenId one = store.tokens().create(token("one", run, null, "x")).id();
        clock.advance(MINUTE);
        TokenId two = store.tokens().create(token("two", null, null, "x", "y")).id();
        clock.advance(MINUTE);
        TokenId three = store.tokens().create(token("three", run, null)).id();
        complete(two, "1");
        assertThat(ids(TokenQuery.all())).containsExactly(three, two, one);
        assertThat(ids(TokenQuery.all().states(TokenState.PENDING))).containsExactly(three, one);
        assertThat(ids(TokenQuery.all().tags("x"))).containsExactly(two, one);
        assertThat(ids(TokenQuery.all().run(run))).containsExactly(three, one);
        clock.advance(HOUR);
        assertThat(ids(TokenQuery.all().states(TokenState.PENDING))).isEmpty();
        assertThat(ids(TokenQuery.all().states(TokenState.TIMED_OUT))).containsExactly(three, one);
        var page = store.tokens().list(TokenQuery.all().limit(2));
        assertThat(page.items()).extracting(TokenInfo::id).containsExactly(three, two);
        assertThat(ids(TokenQuery.all().limit(2).after(page.next().orElseThrow())))
                .containsExactly(one);
    }

    private List<TokenId> ids(TokenQuery query) {
        return store.tokens().list(query).items().stream().map(TokenInfo::id).toList();
    }

    // ── who waits for them

    @Test
    void aRunGoesOnWhenItsTokenIsCompleted() {
        RunId run = enqueueGreet();
        TokenId token = create();
        record(waiting(claimOne(), HOUR, false, token));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        complete(token, "1");
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(claimOne().resumed()).isTrue();
    }

    @Test
    void allRunsGoOnThatWaitForAToken() {
        TokenId token = create();
        List<RunId> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(enqueueGreet());
            record(waiting(claimOne(), null, false, token));
        }
        store.tokens().end(token, null, "no");
        advanceAll();
        assertThat(runs).allMatch(run -> state(run) == RunState.QUEUED);
    }

    @Test
    void aTokenThatHasEndedIsNotWaitedFor() {
        RunId run = enqueueGreet();
        TokenId token = create();
        complete(token, "1");
        record(waiting(claimOne(), HOUR, false, token));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void theTimeOfATokenEndsTheWaitForIt() {
        RunId run = enqueueGreet();
        record(waiting(claimOne(), HOUR, false, create()));
        clock.advance(HOUR);
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aTokenOrAnotherIsWaitedFor() {
        RunId run = enqueueGreet();
        TokenId one = create();
        TokenId two = create();
        record(waiting(claimOne(), null, true, one, two));
        complete(two, "1");
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        Claim again = claimOne();
        record(waiting(again, null, false, one, two));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        complete(one, "1");
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    /** Invariant: whichever of the two commits is first, a run whose token has ended does not stay WAITING. */
    @Test
    void aTokenThatIsCompletedWhileItsRunBeginsToWaitWakesIt() {
        Store other = openNode("other");
        for (int round = 0; round < 100; round++) {
            RunId run = enqueueGreet();
            Claim claim = claimOne();
            TokenId token = create();
            CompletableFuture<Optional<Boolean>> end = CompletableFuture.supplyAsync(
                    () -> other.tokens().end(token, "1".getBytes(StandardCharsets.UTF_8), null));
            CompletableFuture<List<Receipt>> wait = CompletableFuture.supplyAsync(
                    () -> await(store.record(List.of(waiting(claim, null, false, token)))));
            assertThat(await(end)).contains(true);
            assertThat(await(wait)).containsExactly(Receipt.RECORDED);
            advanceAll();
            assertThat(state(run)).as("in round %d", round).isEqualTo(RunState.QUEUED);
            record(completed(claimOne()));
        }
    }
}
