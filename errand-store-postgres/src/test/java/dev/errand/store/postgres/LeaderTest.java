package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.ClaimRequest;
import dev.errand.store.Look;
import dev.errand.store.NewRuns;
import dev.errand.store.StoreSettings;
import dev.errand.store.TestClock;
import dev.errand.store.postgres.server.PostgresServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One node looks after the store for all, however many try to. Nodes look when the test says so, on a clock of its own. */
class LeaderTest {
    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration LEASE = Duration.ofSeconds(15);

    /** After so long who leads has something to look after, though nobody died. */
    private static final Duration ROUND = Duration.ofSeconds(61);

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final TestClock clock = new TestClock();
    private final List<Leading> nodes = new ArrayList<>();

    /** A node, and its number. */
    private record Leading(PostgresStore store, long number) {}

    private Leading node(String name) {
        StoreSettings settings = new StoreSettings(server.url(database), null, Map.of(), clock);
        PostgresStore store = PostgresStore.open(Settings.of(settings), clock);
        Leading node = new Leading(store, store.join(name, 1));
        nodes.add(node);
        return node;
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> node.store().close());
        server.dropDatabase(database);
    }

    private long leader() {
        return Long.parseLong(String.valueOf(server.query(database, "select leader from errand.upkeep")));
    }

    /** Time passes, and these beat as they should. */
    private void pass(int beats, Leading... living) {
        for (int beat = 0; beat < beats; beat++) {
            clock.advance(BEAT);
            for (Leading node : living) {
                assertThat(node.store().look()).as("its lease").isPresent();
            }
        }
    }

    @Test
    void ofManyWhoTryAtOnceOneLeads() {
        List<Leading> four = List.of(node("a"), node("b"), node("c"), node("d"));
        for (int round = 0; round < 10; round++) {
            clock.advance(ROUND);
            CyclicBarrier start = new CyclicBarrier(four.size());
            List<CompletableFuture<Boolean>> looks = four.stream()
                    .map(node -> CompletableFuture.supplyAsync(() -> looksAfterAll(node, start), this::onItsOwn))
                    .toList();
            List<Long> leaders = new ArrayList<>();
            for (int i = 0; i < four.size(); i++) {
                if (looks.get(i).orTimeout(60, TimeUnit.SECONDS).join()) {
                    leaders.add(four.get(i).number());
                    four.get(i).store().recover();
                }
            }
            assertThat(leaders).as("who leads in round %d", round).containsExactly(leader());
        }
    }

    private void onItsOwn(Runnable work) {
        Thread.ofPlatform().daemon().start(work);
    }

    private static boolean looksAfterAll(Leading node, CyclicBarrier start) {
        try {
            start.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return node.store().look().map(Look::recover).orElseThrow();
    }

    @Test
    void whoLedAndStoodStillRecoversNothing() throws Exception {
        Leading first = node("first");
        Leading second = node("second");
        Leading dead = node("dead");
        pass(1, first, second, dead);
        assertThat(leader()).isEqualTo(first.number());
        dead.store().enqueue(NewRuns.many(1, "greet", clock));
        dead.store()
                .claim(new ClaimRequest(1, Set.of("greet")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);

        pass(4, second); // the first stands still, and so does the dead one

        assertThat(leader()).isEqualTo(second.number());
        assertThat(first.store().recover()).as("it does not lead any more").isZero();
        assertThat(second.store().recover()).as("runs of the dead one").isOne();
        assertThat(first.store().look())
                .as("its lease: it woke up before anybody took it for dead")
                .isPresent();
    }

    /** It would not know that it does: it joins anew, under another number. */
    @Test
    void whoWakesUpAfterItWasTakenForDeadDoesNotLead() {
        Leading leads = node("leads");
        Leading frozen = node("frozen");
        Leading next = node("next");
        pass(1, leads, frozen, next);
        pass(4, leads, next);
        assertThat(leads.store().recover()).isZero(); // it held nothing
        assertThat(next.store().nodes()).extracting(node -> node.number()).doesNotContain(frozen.number());

        pass(3, next); // who leads has died
        clock.advance(Duration.ofMillis(1)); // and its lease has ended
        assertThat(frozen.store().look()).as("its lease").isEmpty();
        next.store().look();

        assertThat(leader()).isEqualTo(next.number());
    }

    @Test
    void whoLeadsGoesOnLeadingAndWhoeverComesAfterItsLeaseFollows() {
        Leading first = node("first");
        Leading second = node("second");
        pass(1, first, second);
        pass(6, second, first);
        assertThat(leader()).as("asked by the other first").isEqualTo(first.number());
        pass(2, second);
        clock.advance(LEASE.minus(BEAT).minus(BEAT));
        second.store().look();
        assertThat(leader()).as("its lease has not ended").isEqualTo(first.number());
        clock.advance(Duration.ofMillis(1));
        second.store().look();
        assertThat(leader()).isEqualTo(second.number());
    }

    /** It did not die, so that nobody is silent; but its lease goes on. */
    @Test
    void whoFollowsLooksAgainWhenTheLeaseOfALeaderHasEndedThatLeft() {
        Leading first = node("first");
        Leading second = node("second");
        pass(1, first, second);
        Instant last = clock.instant();
        first.store().leave();
        clock.advance(Duration.ofSeconds(1));
        while (leader() != second.number()) {
            Duration again = second.store().look().orElseThrow().again();
            if (leader() != second.number()) {
                clock.advance(again.compareTo(BEAT) < 0 ? again : BEAT);
            }
            assertThat(Duration.between(last, clock.instant()))
                    .as("nobody leads")
                    .isLessThan(LEASE.plusSeconds(1));
        }
    }
}
