package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.Retention;
import dev.errand.RunId;
import dev.errand.SubscriptionInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Durable subscriptions: how far each has come, whose it is, and what it misses. */
public abstract class SubscriptionConformance extends StoreTest {
    private static final String NAME = "invoices";
    private static final Duration DAYS = Duration.ofDays(2);
    private static final int ROUNDS = 20;

    private Store other;

    @BeforeEach
    void joinStores() {
        store.join("first", 10);
        other = openNode("other");
    }

    private static SubscriptionClaim claim(Store by) {
        return by.subscriptions().claim(NAME).orElseThrow();
    }

    private SubscriptionClaim created() {
        store.subscriptions().create(NAME, false);
        return claim(store);
    }

    private void raise(String... names) {
        for (String name : names) {
            store.raise(new Report.Raised(name, clock.instant(), null));
        }
    }

    /** In one commit. */
    private void raiseTogether(Claim claim, String... names) {
        List<Report.Raised> raised = new ArrayList<>();
        for (String name : names) {
            raised.add(new Report.Raised(name, clock.instant(), null));
        }
        record(new Report.Noted(claim, List.of(), List.of(), null, null, raised));
    }

    private EventPage page(SubscriptionClaim claim) {
        return store.events(claim.cursor(), 1_000);
    }

    private static List<String> names(EventPage page) {
        return page.events().stream().map(Event::name).toList();
    }

    private static boolean pass(Store by, SubscriptionClaim claim, EventPage page, int from, int to) {
        return by.subscriptions().pass(claim, page.passage(from, to), claim.acknowledged() + to - from);
    }

    private SubscriptionInfo info() {
        return store.subscriptions().find(NAME).orElseThrow();
    }

    /** Deletes all events there are, by their age. */
    private void trim() {
        clock.advance(DAYS);
        store.prune(Retention.forever(), 100);
        assertThat(events(store)).isEmpty();
    }

    // ── how far it has come

    @Test
    void itBeginsAfterWhatIsCommittedOrWithTheWholeLog() {
        raise("before");
        SubscriptionClaim claim = created();
        store.subscriptions().create("all", true);
        store.subscriptions().create(NAME, true); // it is there
        raise("after");
        assertThat(names(page(claim))).containsExactly("after");
        assertThat(names(page(store.subscriptions().claim("all").orElseThrow())))
                .containsExactly("before", "after");
    }

    @Test
    void itGoesOnWhereItWasInTheMiddleOfACommitToo() {
        SubscriptionClaim claim = created();
        enqueueGreet();
        Claim run = claimOne();
        raiseTogether(run, "1", "2", "3", "4", "5");
        raise("6");
        EventPage page = page(claim);
        assertThat(names(page)).containsExactly(Event.STATE, "1", "2", "3", "4", "5", "6");
        List<String> read = new ArrayList<>();
        for (int passed = 0; passed < 7; passed++) {
            assertThat(pass(store, claim, page, 0, 1)).isTrue();
            read.add(names(page).getFirst());
            reopen();
            store.join("again", 1);
            claim = claim(store);
            assertThat(claim.acknowledged()).isEqualTo(passed + 1);
            page = page(claim);
        }
        assertThat(read).containsExactly(Event.STATE, "1", "2", "3", "4", "5", "6");
        assertThat(page.events()).isEmpty();
    }

    @Test
    void whoWritesDoesNotMatterNorWhoReads() {
        SubscriptionClaim claim = created();
        List<RunId> runs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            List<NewRun> some = NewRuns.many(3, GREET, clock);
            (i % 2 == 0 ? store : other).enqueue(some);
            some.forEach(run -> runs.add(run.id()));
        }
        List<RunId> read = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            EventPage page = other.events(claim.cursor(), 2);
            read.add(page.events().getFirst().run());
            assertThat(pass(store, claim, page, 0, 1)).isTrue();
            claim = claim(store);
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(runs);
        assertThat(page(claim).events()).isEmpty();
    }

    @Test
    void whatIsSaidTwiceIsPassedOnce() {
        SubscriptionClaim claim = created();
        raise("1", "2");
        EventPage page = page(claim);
        assertThat(pass(store, claim, page, 0, 1)).isTrue();
        clock.advance(MINUTE);
        assertThat(pass(store, claim, page, 0, 1)).isTrue();
        assertThat(info().acknowledged()).isOne();
        assertThat(info().acknowledgedAt()).isEqualTo(clock.instant().minus(MINUTE));
        assertThat(names(page(claim(store)))).containsExactly("2");
    }

    // ── whose it is

    @Test
    void itIsOneNodesUntilThatGivesItBack() {
        SubscriptionClaim claim = created();
        assertThat(other.subscriptions().claim(NAME)).isEmpty();
        assertThat(store.subscriptions().claim("other")).isEmpty();
        store.subscriptions().release(claim);
        assertThat(info().node()).isNull();
        assertThat(claim(other).epoch()).isGreaterThan(claim.epoch());
        assertThat(store.subscriptions().claim(NAME)).isEmpty();
    }

    @Test
    void ofTwoWhoClaimItAtTheSameTimeOneGetsIt() throws Exception {
        SubscriptionClaim held = created();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < ROUNDS; round++) {
                store.subscriptions().release(held);
                List<SubscriptionClaim> claims = new ArrayList<>();
                List<Callable<Optional<SubscriptionClaim>>> both = List.of(
                        () -> store.subscriptions().claim(NAME),
                        () -> other.subscriptions().claim(NAME));
                for (Future<Optional<SubscriptionClaim>> each : threads.invokeAll(both)) {
                    each.get().ifPresent(claims::add);
                }
                assertThat(claims).as("round %d", round).hasSize(1);
                assertThat(claims.getFirst().epoch()).isEqualTo(held.epoch() + 1);
                held = claims.getFirst();
            }
        }
    }

    @Test
    void ofADeadNodeItIsTakenOverAndTheDeadChangesNothing() {
        other.subscriptions().create(NAME, false);
        SubscriptionClaim dead = claim(other);
        raise("1", "2");
        EventPage page = page(dead);
        assertThat(pass(other, dead, page, 0, 1)).isTrue();
        kill(other);
        store.recover();
        SubscriptionClaim claim = claim(store);
        assertThat(names(page(claim))).containsExactly("2");
        assertThat(pass(store, dead, page, 1, 2)).isFalse(); // as if it had written late
        assertThat(store.subscriptions().lost(dead)).isEmpty();
        assertThat(store.subscriptions().told(dead, 1)).isFalse();
        assertThat(store.subscriptions().failed(dead, failure(claimed(), FailureKind.HANDLER)))
                .isFalse();
        store.subscriptions().release(dead);
        assertThat(names(page(claim(store)))).as("as before").startsWith("2");
        assertThat(info().acknowledged()).isOne();
        assertThat(info().failures()).isZero();
    }

    private Claim claimed() {
        enqueueGreet();
        return claimOne();
    }

    @Test
    void whoIsNoNodeClaimsNothing() {
        created();
        store.leave();
        Store stranger = open();
        assertThat(stranger.subscriptions().claim(NAME)).isEmpty();
        assertThat(claim(other).name()).isEqualTo(NAME);
    }

    @Test
    void oneThatIsRemovedIsNobodysAnyMore() {
        SubscriptionClaim claim = created();
        raise("1");
        assertThat(other.subscriptions().remove(NAME)).isTrue();
        assertThat(other.subscriptions().remove(NAME)).isFalse();
        assertThat(pass(store, claim, page(claim), 0, 1)).isFalse();
        assertThat(store.subscriptions().list()).isEmpty();
        assertThat(store.subscriptions().claim(NAME)).isEmpty();
        assertThat(page(created()).events()).as("a new one of that name").isEmpty();
    }

    @Test
    void oneThatIsNewIsNotHeldByTheClaimOfOneOfThatNameThatWasRemoved() {
        SubscriptionClaim removed = created();
        raise("1");
        EventPage page = page(removed);
        other.subscriptions().remove(NAME);
        other.subscriptions().create(NAME, true);
        claim(other);
        assertThat(pass(store, removed, page, 0, 1)).isFalse();
        assertThat(store.subscriptions().lost(removed)).isEmpty();
        assertThat(info().acknowledged()).isZero();
    }

    @Test
    void failuresAreCounted() {
        SubscriptionClaim claim = created();
        assertThat(store.subscriptions().failed(claim, failure(claimed(), FailureKind.HANDLER)))
                .isTrue();
        assertThat(info().failures()).isOne();
        assertThat(info().lastFailure())
                .satisfies(failure -> assertThat(failure.message()).isEqualTo("boom"));
        assertThat(store.subscriptions().list()).containsExactly(info());
    }

    // ── what it misses

    @Test
    void whatIsDeletedBeforeItWasPassedIsCountedUntilItIsTold() {
        SubscriptionClaim claim = created();
        Claim run = claimed();
        raiseTogether(run, "1", "2", "3");
        raise("4");
        assertThat(pass(store, claim, page(claim), 0, 2)).isTrue();
        trim();
        assertThat(store.subscriptions().lost(claim)).isEqualTo(OptionalLong.of(3));
        raise("5");
        SubscriptionClaim next = claim(store);
        assertThat(names(page(next))).containsExactly("5");
        assertThat(store.subscriptions().told(next, 3)).isTrue();
        assertThat(store.subscriptions().lost(next)).isEqualTo(OptionalLong.of(0));
        assertThat(info().missed()).isEqualTo(3);
    }

    @Test
    void whatWasReadBeforeItWasDeletedIsNotMissed() {
        SubscriptionClaim claim = created();
        other.enqueue(NewRuns.many(3, GREET, clock));
        raise("1", "2", "3");
        EventPage page = page(claim);
        int read = page.events().size();
        other.enqueue(NewRuns.many(2, GREET, clock));
        raise("4");
        trim();
        for (int i = 0; i < read; i++) {
            assertThat(store.subscriptions().lost(claim)).isEqualTo(OptionalLong.of(read - i + 3));
            assertThat(store.subscriptions().pass(claim, page.passage(i, i + 1), i + 1))
                    .isTrue();
            assertThat(store.subscriptions().pass(claim, page.passage(i, i + 1), i + 1))
                    .isTrue(); // the same
        }
        assertThat(store.subscriptions().lost(claim)).isEqualTo(OptionalLong.of(3));
    }

    @Test
    void oneThatHasPassedAllMissesNothing() {
        SubscriptionClaim claim = created();
        raise("1", "2");
        pass(store, claim, page(claim), 0, 2);
        trim();
        assertThat(store.subscriptions().lost(claim)).isEqualTo(OptionalLong.of(0));
    }

    // ── the log

    @Test
    void theLogKeepsTheNewestEventsUpToANumber() {
        SubscriptionClaim claim = created();
        for (int i = 0; i < 10; i++) {
            other.enqueue(NewRuns.many(3, GREET, clock));
            store.enqueue(NewRuns.many(3, GREET, clock));
        }
        List<Event> all = events(store);
        assertThat(all).hasSize(60);
        store.prune(Retention.forever().withMostEvents(20), 100);
        List<Event> left = events(store);
        assertThat(left).hasSizeBetween(18, 20).isEqualTo(all.subList(60 - left.size(), 60));
        assertThat(store.subscriptions().lost(claim)).isEqualTo(OptionalLong.of(60 - left.size()));
        store.prune(Retention.forever().withMostEvents(20), 100);
        assertThat(events(store)).isEqualTo(left);
        store.prune(Retention.forever().withMostEvents(0), 100);
        assertThat(events(store)).isEmpty();
    }

    @Test
    void theLogKeepsEventsAsLongAsItIsSaid() {
        raise("1");
        clock.advance(DAYS);
        raise("2");
        store.prune(Retention.forever().withEvents(null), 100);
        assertThat(events(store)).extracting(Event::name).containsExactly("1", "2");
        store.prune(Retention.forever().withEvents(Duration.ofHours(1)), 100);
        assertThat(events(store)).extracting(Event::name).containsExactly("2");
    }

    @Test
    void anEventOfNoRunIsToldAsSuch() {
        store.raise(new Report.Raised("counted", clock.instant(), "{\"n\":1}"));
        Event event = events(store).getFirst();
        assertThat(event.isOutside()).isTrue();
        assertThat(event.run()).isEqualTo(RunId.NONE);
        assertThat(event.task()).isEmpty();
        assertThat(event.runName()).isNull();
        assertThat(event.data()).isEqualTo(new Json("{\"n\":1}"));
        assertThat(event.attempt()).isZero();
    }
}
