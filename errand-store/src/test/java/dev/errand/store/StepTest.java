package dev.errand.store;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.RunId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** What tests of the journal share: a node, steps, and how they read. */
abstract class StepTest extends StoreTest {
    /** What a step comes back as: arrays have no equality of their own. */
    record Known(
            int position,
            String key,
            String name,
            int attempt,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String result,
            @Nullable Failure failure) {
        static Known of(StepEntry step) {
            byte[] result = step.result();
            return new Known(
                    step.position(),
                    step.key(),
                    step.name(),
                    step.attempt(),
                    step.startedAt(),
                    step.endedAt(),
                    result == null ? null : new String(result, StandardCharsets.UTF_8),
                    step.failure());
        }
    }

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    StepEntry begun(int position) {
        return new StepEntry(position, "k" + position, "pay", 1, clock.instant(), null, null, null);
    }

    StepEntry done(int position, @Nullable String json) {
        byte[] result = json == null ? null : json.getBytes(StandardCharsets.UTF_8);
        Instant now = clock.instant();
        return new StepEntry(position, "k" + position, "pay", 1, now, now.plusMillis(5), result, null);
    }

    StepEntry failed(Claim claim, int position) {
        Instant now = clock.instant();
        return new StepEntry(position, "k" + position, "pay", 1, now, now, null, failure(claim, FailureKind.DECLARED));
    }

    static Report journaled(Claim claim, StepEntry step) {
        return new Report.Journaled(claim, step);
    }

    List<Receipt> record(List<Report> reports) {
        return await(store.record(reports));
    }

    List<Known> steps(RunId run) {
        return store.steps(run, 0, 1_000).stream().map(Known::of).toList();
    }

    List<Integer> positions(RunId run) {
        return steps(run).stream().map(Known::position).toList();
    }
}
