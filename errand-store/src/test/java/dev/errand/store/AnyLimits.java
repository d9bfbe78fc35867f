package dev.errand.store;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Limits of all kinds, by chance. */
final class AnyLimits {
    private final Random random;
    private final List<OnConflict> policies = List.of(OnConflict.values());

    AnyLimits(Random random) {
        this.random = random;
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    Limits next() {
        Limits any = Limits.none();
        if (random.nextInt(3) > 0) {
            any = any.concurrency(random.nextInt(5));
        }
        if (oneIn(3)) {
            any = any.concurrencyPerKey(random.nextInt(3));
        }
        if (oneIn(4)) {
            any = any.rate(anyRate());
        }
        if (oneIn(5)) {
            any = any.ratePerKey(anyRate());
        }
        boolean full = any.concurrency() != null || any.concurrencyPerKey() != null;
        return full && oneIn(2) ? any.onConflict(policies.get(random.nextInt(policies.size()))) : any;
    }

    private Rate anyRate() {
        return new Rate(1 + random.nextInt(3), Duration.ofSeconds(1 + random.nextInt(4)), 1 + random.nextInt(4));
    }
}
