package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.CancelAnswer;
import dev.errand.Json;
import dev.errand.PurgeAnswer;
import dev.errand.Retention;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long tokens are kept, how they are listed in pages, and waits that come again or name what is not there. */
public abstract class TokenKeepingConformance extends StoreTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @BeforeEach
    void joinStore() {
        store.join("first", 100);
    }

    private NewToken token(@Nullable RunId run, NewToken.@Nullable Key key, String... tags) {
        Instant now = clock.instant();
        return new NewToken(TokenId.random(), "approval", run, List.of(tags), now, now.plus(HOUR), key);
    }

    private TokenId create(String... tags) {
        return store.tokens().create(token(null, null, tags)).id();
    }

    private void complete(TokenId token) {
        assertThat(store.tokens().end(token, "1".getBytes(StandardCharsets.UTF_8), null))
                .contains(true);
    }

    private Report.Waiting waiting(Claim claim, boolean any, List<RunId> runs, TokenId... tokens) {
        Instant now = clock.instant();
        return new Report.Waiting(claim, now, now, List.of(), null, new Report.Awaits(runs, List.of(tokens), any));
    }

    private RunId begin(TokenId... tokens) {
        RunId run = enqueueGreet();
        assertThat(record(waiting(claimOne(), false, List.of(), tokens))).isEqualTo(Receipt.RECORDED);
        return run;
    }

    private void advanceAll() {
        while (store.advance().filter(due -> !due.isAfter(clock.instant())).isPresent()) {
            // there is more
        }
    }

    private List<TokenId> ids(TokenQuery query) {
        return store.tokens().list(query).items().stream().map(TokenInfo::id).toList();
    }

    // ── how long

    @Test
    void whatHasEndedOrTimedOutIsDeletedAfterATime() {
        TokenId completed = create("x");
        TokenId pending = create("x");
        complete(completed);
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(Retention.forever(), 100);
        assertThat(store.tokens().find(completed)).isPresent();
        store.prune(Retention.all(MINUTE), 100);
        assertThat(store.tokens().find(completed)).isEmpty();
        assertThat(ids(TokenQuery.all().tags("x"))).containsExactly(pending);
        clock.advance(HOUR);
        store.prune(Retention.all(MINUTE.multipliedBy(3)), 100);
        assertThat(store.tokens().find(pending)).as("timed out 2 minutes ago").isPresent();
        store.prune(Retention.all(MINUTE), 100);
        assertThat(store.tokens().find(pending)).isEmpty();
        assertThat(ids(TokenQuery.all())).isEmpty();
    }

    @Test
    void whatARunHasWaitedForStaysAsLongAsTheRun() {
        TokenId token = create();
        RunId run = begin(token);
        complete(token);
        advanceAll();
        Claim claim = claimOne();
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(Retention.all(MINUTE), 100);
        assertThat(store.tokens().find(token)).isPresent();
        record(completed(claim));
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(Retention.all(MINUTE), 100);
        store.prune(Retention.all(MINUTE), 100);
        assertThat(store.find(run)).isEmpty();
        assertThat(store.tokens().find(token)).isEmpty();
    }

    /** However short the retention is: its body may be at something else for long before it waits. */
    @Test
    void whatARunHasCreatedStaysAsLongAsTheRun() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        TokenId token = store.tokens().create(token(run, null, "x")).id();
        complete(token);
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(Retention.all(MINUTE), 100);
        record(waiting(claim, false, List.of(), token));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(store.tokens().find(token).orElseThrow().value()).isEqualTo(new Json("1"));

        RunId other = enqueueGreet();
        TokenId unused = store.tokens().create(token(other, null, "y")).id();
        complete(unused);
        record(completed(claimOne()));
        record(completed(claimOne()));
        clock.advance(MINUTE.multipliedBy(2));
        store.prune(Retention.all(MINUTE), 100);
        store.prune(Retention.all(MINUTE), 100);
        assertThat(store.find(other)).isEmpty();
        assertThat(ids(TokenQuery.all())).isEmpty();
    }

    @Test
    void aTokenOutlivesTheRunThatCreatedIt() {
        RunId run = enqueueGreet();
        TokenId token = store.tokens().create(token(run, null)).id();
        assertThat(store.purge(run, true)).isEqualTo(PurgeAnswer.PURGED);
        complete(token);
        assertThat(store.tokens().find(token).orElseThrow().run()).isEqualTo(run);
    }

    // ── keys

    @Test
    void ofManyWhoCreateUnderAKeyAtOnceAllGetOneToken() {
        Store other = openNode("other");
        for (int round = 0; round < 20; round++) {
            NewToken.Key key = new NewToken.Key(
                    KeyHash.of("k" + round), "k", clock.instant().plus(MINUTE));
            List<CompletableFuture<TokenInfo>> created = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Store by = i % 2 == 0 ? store : other;
                created.add(CompletableFuture.supplyAsync(() -> by.tokens().create(token(null, key))));
            }
            assertThat(created.stream().map(StoreTest::await).map(TokenInfo::id).distinct())
                    .hasSize(1);
            clock.advance(MINUTE);
        }
        assertThat(ids(TokenQuery.all())).hasSize(20);
    }

    // ── pages

    @Test
    void pagesHaveEachTokenOnceAlsoOfTheSameMoment() {
        List<TokenId> some = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            TokenId token = create(i % 3 == 0 ? "third" : "other", "all");
            if (i % 3 == 0) {
                some.add(token);
                complete(token);
            }
        }
        assertThat(paged(TokenQuery.all().limit(10))).hasSize(25).doesNotHaveDuplicates();
        assertThat(paged(TokenQuery.all().limit(2).tags("third"))).containsExactlyInAnyOrderElementsOf(some);
        assertThat(paged(TokenQuery.all().limit(2).states(TokenState.COMPLETED)))
                .containsExactlyInAnyOrderElementsOf(some);
        assertThat(paged(TokenQuery.all().limit(3).states(TokenState.PENDING)))
                .hasSize(16)
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(some);
        assertThat(paged(TokenQuery.all().limit(4).tags("other", "all")))
                .as("one of them suffices")
                .hasSize(25)
                .doesNotHaveDuplicates();
        assertThat(ids(TokenQuery.all().tags("third").states(TokenState.PENDING)))
                .isEmpty();
    }

    private List<TokenId> paged(TokenQuery query) {
        List<TokenId> all = new ArrayList<>();
        var page = store.tokens().list(query);
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            page.items().forEach(token -> all.add(token.id()));
            page = store.tokens().list(query.after(page.next().orElseThrow()));
        }
        page.items().forEach(token -> all.add(token.id()));
        return all;
    }

    /** Also where the last one on it is on none of these pages any more, and new ones come. */
    @Test
    void aPageGoesOnWhereTheOneBeforeEnded() {
        for (int i = 0; i < 5; i++) {
            create("x");
            clock.advance(MINUTE);
        }
        for (TokenQuery query : List.of(
                TokenQuery.all(), TokenQuery.all().tags("x"), TokenQuery.all().states(TokenState.PENDING))) {
            List<TokenId> before = ids(query);
            var page = store.tokens().list(query.limit(2));
            assertThat(page.items()).extracting(TokenInfo::id).containsExactlyElementsOf(before.subList(0, 2));
            complete(before.get(1));
            create("x");
            assertThat(ids(query.after(page.next().orElseThrow())))
                    .isEqualTo(before.subList(2, before.size()))
                    .isNotEmpty();
            clock.advance(MINUTE);
        }
    }

    @Test
    void aTokensRunTagsAndStateNarrowTheListTogether() {
        RunId run = enqueueGreet();
        TokenId one = store.tokens().create(token(run, null, "x")).id();
        store.tokens().create(token(run, null, "y"));
        store.tokens().create(token(null, null, "x"));
        TokenId completed = store.tokens().create(token(run, null, "x")).id();
        complete(completed);
        TokenQuery both = TokenQuery.all().run(run).tags("x");
        assertThat(ids(both)).containsExactlyInAnyOrder(one, completed);
        assertThat(ids(both.states(TokenState.PENDING, TokenState.FAILED))).containsExactly(one);
    }

    @Test
    void whatIsNoCursorIsRefused() {
        for (String cursor : List.of("", "x", ".", "1.x", create().toString())) {
            assertThatThrownBy(() -> store.tokens().list(TokenQuery.all().after(cursor)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cursor");
        }
    }

    // ── values

    @Test
    void valuesAndTextsAreKeptAsTheyAre() {
        String value = "{\"text\":\"" + "ümläut\\n€𝄞".repeat(50_000) + "\"}";
        TokenId token = create("ümläut", "€");
        store.tokens().end(token, value.getBytes(StandardCharsets.UTF_8), null);
        TokenInfo info = store.tokens().find(token).orElseThrow();
        assertThat(info.value()).isEqualTo(new Json(value));
        assertThat(info.tags()).containsExactly("ümläut", "€");
    }

    // ── waits

    @Test
    void whatNobodyCreatedIsNotWaitedFor() {
        RunId run = begin(TokenId.random());
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whatHasTimedOutIsNotWaitedForAgain() {
        TokenId token = create();
        RunId run = enqueueGreet();
        Instant now = clock.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), false);
        record(new Report.Waiting(claimOne(), now, now, List.of(), now.plus(HOUR), awaits));
        clock.advance(HOUR);
        advanceAll();
        record(waiting(claimOne(), false, List.of(), token));
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aTokenThatIsNamedTwiceIsOne() {
        TokenId token = create();
        RunId run = begin(token, token);
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        complete(token);
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whoWaitsForATokenAgainIsWokenByItsEnd() {
        TokenId token = create();
        RunId run = enqueueGreet();
        for (int round = 0; round < 2; round++) {
            Instant now = clock.instant();
            Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), round == 0);
            record(new Report.Waiting(claimOne(), now, now, List.of(), now.plus(MINUTE), awaits));
            clock.advance(MINUTE);
            advanceAll();
            assertThat(state(run)).isEqualTo(RunState.QUEUED);
        }
        record(waiting(claimOne(), false, List.of(), token));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.WAITING);
        complete(token);
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void anEndChangesNothingForARunThatHasGoneOn() {
        TokenId token = create();
        RunId run = enqueueGreet();
        Instant now = clock.instant();
        Report.Awaits awaits = new Report.Awaits(List.of(), List.of(token), false);
        record(new Report.Waiting(claimOne(), now, now, List.of(), now.plus(MINUTE), awaits));
        clock.advance(MINUTE);
        advanceAll();
        Claim claim = claimOne();
        complete(token);
        advanceAll();
        assertNothingClaimable(store);
        assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED);
        assertThat(state(run)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void anEndConcernsNoRunThatHasEndedOrIsGone() {
        TokenId token = create();
        RunId canceled = begin(token);
        RunId purged = begin(token);
        RunId waits = begin(token);
        assertThat(store.cancel(canceled, "enough").answer()).isEqualTo(CancelAnswer.OK);
        assertThat(store.purge(purged, true)).isEqualTo(PurgeAnswer.PURGED);
        complete(token);
        advanceAll();
        assertThat(state(canceled)).isEqualTo(RunState.CANCELED);
        assertThat(store.find(purged)).isEmpty();
        assertThat(claimOne().run()).isEqualTo(waits);
        assertNothingClaimable(store);
    }

    /** Whoever ends it meanwhile: nobody has told the run before. */
    @Test
    void aTokenIsAwaitedByARunThatAnotherNodeTakesOver() {
        Store other = openNode("other");
        RunId run = enqueueGreet();
        TokenId token = create();
        Claim lost = claim(other, 1).getFirst();
        complete(token);
        kill(other);
        store.recover();
        assertThat(record(waiting(lost, false, List.of(), token))).isEqualTo(Receipt.LOST);
        record(waiting(claimOne(), false, List.of(), token));
        advanceAll();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void aTokenAndARunAreWaitedForTogether() {
        for (boolean any : List.of(true, false)) {
            RunId run = enqueueGreet();
            Claim claim = claimOne();
            TokenId token = create();
            NewRun child =
                    NewRuns.of("child", clock).options(NewRuns.childOf(run)).build();
            StepEntry step = new StepEntry(1, "child:child#1", "child", 1, clock.instant(), null, null, null);
            store.spawn(new Spawn(claim, step, List.of(child), true));
            record(waiting(claim, any, List.of(child.id()), token));
            complete(token);
            advanceAll();
            assertThat(state(run)).as("of any: %s", any).isEqualTo(any ? RunState.QUEUED : RunState.WAITING);
            record(completed(
                    await(store.claim(new ClaimRequest(1, Set.of("child")))).getFirst()));
            advanceAll();
            assertThat(state(run)).isEqualTo(RunState.QUEUED);
            record(completed(claimOne()));
        }
    }
}
