package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.Rate;
import dev.errand.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits on how many runs start in a time. */
public abstract class RateConformance extends StoreTest {
    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private void declare(String queue, Limits limits) {
        store.queues().declare(List.of(new QueueEntry(queue, limits)));
    }

    private List<RunId> enqueue(int count, String queue, @Nullable String key) {
        RunOptions options = RunOptions.NONE.withQueue(queue).withConcurrencyKey(key);
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(enqueue(NewRuns.of(GREET, clock).options(options)));
        }
        return ids;
    }

    @Test
    void aRateLetsABurstThroughAndThenOneAtATime() {
        declare("mail", Limits.none().rate(new Rate(1, Duration.ofSeconds(10), 3)));
        List<RunId> ids = enqueue(6, "mail", null);
        List<Claim> burst = claim(store, 100);
        assertThat(burst).extracting(Claim::run).isEqualTo(ids.subList(0, 3));
        for (Claim claim : burst) {
            record(completed(claim));
        }
        assertNothingClaimable(store);
        clock.advance(Duration.ofSeconds(9));
        store.advance();
        assertNothingClaimable(store);
        clock.advance(Duration.ofSeconds(1));
        store.advance();
        assertThat(claim(store, 100)).extracting(Claim::run).containsExactly(ids.get(3));
        assertNothingClaimable(store);
    }

    @Test
    void eachKeyHasItsOwnRate() {
        declare("mail", Limits.none().ratePerKey(Rate.of(1, MINUTE)));
        enqueue(2, "mail", "u1");
        enqueue(2, "mail", "u2");
        assertThat(claim(store, 100))
                .extracting(claim -> claim.options().concurrencyKey())
                .containsExactlyInAnyOrder("u1", "u2");
        assertNothingClaimable(store);
        clock.advance(MINUTE);
        store.advance();
        assertThat(claim(store, 100)).hasSize(2);
    }

    @Test
    void aFasterRateHoldsAtOnceWhereASlowerOneHeldBefore() {
        declare("mail", Limits.none().rate(new Rate(1, Duration.ofHours(1), 1)));
        enqueue(3, "mail", null);
        assertThat(claim(store, 9)).hasSize(1);
        store.queues().override("mail", Limits.none().rate(new Rate(100, MINUTE, 1)));
        clock.advance(Duration.ofSeconds(2));
        store.advance();
        assertThat(claim(store, 9)).isNotEmpty();
    }

    private void pass(Duration time, List<Store> nodes) {
        clock.advance(time);
        nodes.forEach(node -> assertThat(node.beat()).isPresent());
        nodes.forEach(Store::advance);
    }

    /** So many more can be claimed now by these, one after another, and no more; a node may learn a moment later that it can. */
    private List<Claim> exactly(int count, List<Store> nodes) {
        List<Claim> claims = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (claims.size() < count && System.nanoTime() < deadline) {
            nodes.forEach(node -> claims.addAll(claimNow(node, 10)));
        }
        nodes.forEach(node -> claims.addAll(claimNow(node, 10)));
        assertThat(claims).as("started at %s", clock.instant()).hasSize(count);
        return claims;
    }

    /** The burst, and then one each five seconds, whoever asks when. */
    @Test
    void twoNodesTogetherKeepARateExactly() {
        declare("mail", Limits.none().rate(new Rate(2, Duration.ofSeconds(10), 3)));
        List<Store> nodes = new ArrayList<>(List.of(store, openNode("second")));
        enqueue(40, "mail", null);
        exactly(3, nodes);
        for (int second = 1; second <= 30; second++) {
            pass(Duration.ofSeconds(1), nodes);
            Collections.rotate(nodes, second % 3);
            exactly(second % 5 == 0 ? 1 : 0, nodes);
        }
    }

    @Test
    void aRestGivesBackNoMoreThanTheBurst() {
        declare("mail", Limits.none().rate(new Rate(1, Duration.ofSeconds(1), 4)));
        List<Store> nodes = List.of(store, openNode("second"));
        enqueue(20, "mail", null);
        exactly(4, nodes);
        pass(Duration.ofMinutes(10), nodes);
        exactly(4, nodes);
        pass(Duration.ofSeconds(2), nodes);
        exactly(2, nodes);
    }

    /** What it claimed has started, and to start it again takes another start. */
    @Test
    void whatADeadNodeStartedCountsForTheRate() {
        declare("mail", Limits.none().rate(new Rate(1, Duration.ofSeconds(5), 2)));
        Store victim = openNode("victim");
        List<RunId> ids = enqueue(5, "mail", null);
        exactly(2, List.of(victim));
        kill(victim);
        store.recover();
        List<Store> left = List.of(store);
        exactly(0, left);
        pass(Duration.ofSeconds(4), left);
        exactly(0, left);
        pass(Duration.ofSeconds(1), left);
        assertThat(exactly(1, left)).extracting(Claim::run).containsExactly(ids.getFirst());
        pass(Duration.ofSeconds(10), left);
        assertThat(exactly(2, left)).extracting(Claim::run).containsExactlyInAnyOrder(ids.get(1), ids.get(2));
    }

    @Test
    void aSlowerRateHoldsFromTheNextStartOnAndAResetAtOnce() {
        declare("mail", Limits.none().rate(new Rate(1, Duration.ofSeconds(1), 1)));
        List<Store> nodes = List.of(store, openNode("second"));
        enqueue(20, "mail", null);
        exactly(1, nodes);
        store.queues().override("mail", Limits.none().rate(new Rate(1, MINUTE, 1)));
        exactly(0, nodes);
        pass(Duration.ofSeconds(1), nodes);
        exactly(1, nodes);
        pass(Duration.ofSeconds(59), nodes);
        exactly(0, nodes);
        pass(Duration.ofSeconds(1), nodes);
        exactly(1, nodes);
        store.queues().override("mail", null);
        exactly(1, nodes);
        pass(Duration.ofSeconds(1), nodes);
        exactly(1, nodes);
    }
}
