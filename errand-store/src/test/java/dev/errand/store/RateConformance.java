package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.Rate;
import dev.errand.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
}
