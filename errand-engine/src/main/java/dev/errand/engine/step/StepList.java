package dev.errand.engine.step;

import dev.errand.Failure;
import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.Step;
import dev.errand.StepState;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of a run for those who look at it from outside. */
public final class StepList {
    private static final int PAGE = 200;

    private StepList() {}

    public static List<Step> of(Store store, RunId run) {
        List<Step> steps = new ArrayList<>();
        List<StepEntry> page;
        int last = 0;
        do {
            page = store.steps(run, last, PAGE);
            for (StepEntry entry : page) {
                if (!entry.key().equals(StepKey.BOOKMARK)) {
                    steps.add(step(entry, store.clock().instant()));
                }
                last = entry.position();
            }
        } while (page.size() == PAGE);
        return steps;
    }

    private static Step step(StepEntry entry, Instant now) {
        StepKey key = StepKey.read(entry.key());
        boolean keyed = key == null || key.occurrence() == 0;
        Failure failure = entry.failure();
        byte[] result = entry.result();
        return new Step(
                entry.name(),
                keyed ? (key == null ? entry.key() : key.text()) : null,
                key == null ? 0 : key.occurrence(),
                isWaiting(key, entry, now) ? StepState.WAITING : isTry(key) ? StepState.RETRYING : state(entry),
                entry.attempt(),
                entry.startedAt(),
                failure != null && (entry.endedAt() == null || isTry(key)) ? failure.at() : entry.endedAt(),
                result == null ? null : new Json(new String(result, StandardCharsets.UTF_8)),
                failure);
    }

    /** The end of a sleep is known from its beginning; that of children and tokens when it is there. */
    private static boolean isWaiting(@Nullable StepKey key, StepEntry entry, Instant now) {
        Instant end = entry.endedAt();
        if (key == null || end == null) {
            return key != null && (key.kind() == StepKey.Kind.CHILD || key.kind() == StepKey.Kind.TOKEN);
        }
        return key.kind() == StepKey.Kind.WAIT && now.isBefore(end);
    }

    /** What is kept as its end is when the next try is due. */
    private static boolean isTry(@Nullable StepKey key) {
        return key != null && key.kind() == StepKey.Kind.TRY;
    }

    private static StepState state(StepEntry entry) {
        if (entry.failure() == null) {
            return entry.endedAt() == null ? StepState.STARTED : StepState.COMPLETED;
        }
        return entry.endedAt() == null ? StepState.RETRYING : StepState.FAILED;
    }
}
