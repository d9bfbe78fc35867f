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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The steps of a run for those who look at it from outside. */
public final class StepList {
    private static final int PAGE = 200;
    private static final Set<StepKey.Kind> WITHOUT_END =
            EnumSet.of(StepKey.Kind.CHILD, StepKey.Kind.TOKEN, StepKey.Kind.UNTIL, StepKey.Kind.SIGNAL);

    private final List<StepEntry> all;
    private final Instant now;
    private final Map<String, Integer> latest = new HashMap<>();
    private final List<StepEntry> races = new ArrayList<>();

    private StepList(List<StepEntry> all, Instant now) {
        this.all = all;
        this.now = now;
        for (StepEntry entry : all) {
            Paths.Iteration in = Paths.iteration(Paths.path(entry.key()));
            if (in != null) {
                latest.merge(in.loop(), in.number(), Math::max);
            }
            if (isOf(StepKey.Kind.FORK, StepKey.read(entry.key()))) {
                races.add(entry);
            }
        }
    }

    public static List<Step> of(Store store, RunId run) {
        StepList list = read(store, run);
        return list.shown().stream().map(list::step).toList();
    }

    static StepList read(Store store, RunId run) {
        return new StepList(all(store, run), store.clock().instant());
    }

    /** All that is kept, but for iterations that are over. */
    List<StepEntry> latest() {
        return all.stream().filter(this::isOfLatestIteration).toList();
    }

    /** What of that others see. */
    List<StepEntry> shown() {
        return latest().stream()
                .filter(entry -> !isOf(StepKey.Kind.CHANGES, StepKey.read(entry.key())))
                .filter(entry -> !isGivenUp(entry))
                .toList();
    }

    private static List<StepEntry> all(Store store, RunId run) {
        List<StepEntry> all = new ArrayList<>();
        List<StepEntry> page;
        int last = 0;
        do {
            page = store.steps(run, last, PAGE);
            for (StepEntry entry : page) {
                if (!entry.key().equals(StepKey.BOOKMARK)) {
                    all.add(entry);
                }
                last = entry.position();
            }
        } while (page.size() == PAGE);
        return all;
    }

    /** What is kept of those before makes room for what comes, and is not all there. */
    private boolean isOfLatestIteration(StepEntry entry) {
        Paths.Iteration in = Paths.iteration(Paths.path(entry.key()));
        return in == null || in.number() == latest.getOrDefault(in.loop(), in.number());
    }

    /** Whether it is the wait of a branch that has lost its race, and waits no more. */
    private boolean isGivenUp(StepEntry entry) {
        String path = Paths.path(entry.key());
        return Paths.isInBranch(path)
                && isWaiting(StepKey.read(entry.key()), entry)
                && races.stream().anyMatch(race -> isOf(race, path));
    }

    private static boolean isOf(StepEntry race, String path) {
        StepKey key = StepKey.read(race.key());
        return key != null && Paths.isIn(path, Paths.path(race.key()), key.text(), key.occurrence());
    }

    private Step step(StepEntry entry) {
        StepKey key = StepKey.read(entry.key());
        if (isOf(StepKey.Kind.LOOP, key)) {
            return loop(entry);
        }
        boolean keyed = key == null || key.occurrence() == 0;
        Failure failure = entry.failure();
        byte[] result = entry.result();
        boolean tried = isOf(StepKey.Kind.TRY, key); // what is kept as its end is when the next try is due
        return new Step(
                entry.name(),
                keyed ? (key == null ? entry.key() : key.text()) : null,
                key == null ? 0 : key.occurrence(),
                isWaiting(key, entry) ? StepState.WAITING : tried ? StepState.RETRYING : state(entry),
                entry.attempt(),
                entry.startedAt(),
                failure != null && (entry.endedAt() == null || tried) ? failure.at() : entry.endedAt(),
                result == null ? null : new Json(new String(result, StandardCharsets.UTF_8)),
                failure,
                Paths.shown(Paths.path(entry.key())),
                null);
    }

    private Step loop(StepEntry entry) {
        LoopState loop = LoopState.read(entry);
        Instant end = entry.endedAt();
        boolean waits = !loop.left() && end != null && now.isBefore(end);
        return new Step(
                entry.name(),
                null,
                1,
                waits ? StepState.WAITING : loop.left() ? StepState.COMPLETED : StepState.STARTED,
                entry.attempt(),
                entry.startedAt(),
                waits || loop.left() ? end : null,
                null,
                null,
                Paths.shown(Paths.path(entry.key())),
                loop.iterations());
    }

    /** The end of a sleep is known from its beginning; that of children, tokens, conditions and signals when it is there. */
    private boolean isWaiting(@Nullable StepKey key, StepEntry entry) {
        Instant end = entry.endedAt();
        return end == null ? isWithoutEnd(key) : isOf(StepKey.Kind.WAIT, key) && now.isBefore(end);
    }

    /** Whether what it waits for has no time. */
    static boolean isWithoutEnd(@Nullable StepKey key) {
        return key != null && WITHOUT_END.contains(key.kind());
    }

    private static boolean isOf(StepKey.Kind kind, @Nullable StepKey key) {
        return key != null && key.kind() == kind;
    }

    private static StepState state(StepEntry entry) {
        if (entry.failure() == null) {
            return entry.endedAt() == null ? StepState.STARTED : StepState.COMPLETED;
        }
        return entry.endedAt() == null ? StepState.RETRYING : StepState.FAILED;
    }
}
