package dev.errand.engine.value;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.StepBody;
import dev.errand.ValueInfo;
import dev.errand.store.SeenValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a condition reads while it looks, on its thread. */
public final class Reads {
    private static final ThreadLocal<@Nullable Reads> UNDER_WAY = new ThreadLocal<>();

    private final Values values;
    private final Patience patience;
    private final Map<String, Long> versions = new LinkedHashMap<>();
    private final Map<RunId, SeenRun> runs = new LinkedHashMap<>();
    private final Map<String, String> events = new LinkedHashMap<>();
    private boolean strange;

    private Reads(Values values, Patience patience) {
        this.values = values;
        this.patience = patience;
    }

    /** Asks the store on behalf of who waits for a condition. */
    public interface Patience {
        /** @param question may be asked again */
        <T> T ask(Supplier<T> question);
    }

    /**
     * What a condition answered.
     *
     * @param seen which values it read for that, those that stand for filters of events included
     * @param runs at which it looked for that
     * @param events the names of values that stand for filters, with how the events are called that pass
     * @param strange whether it read besides what another engine calls its values or runs, of which this one hears nothing
     */
    public record Observed<T>(
            T answer, List<SeenValue> seen, List<SeenRun> runs, Map<String, String> events, boolean strange) {
        /** Whether it has read anything of whose changes this engine hears. */
        public boolean any() {
            return !seen.isEmpty() || !runs.isEmpty();
        }
    }

    /**
     * A run at which a condition has looked.
     *
     * @param attempt its last: one that failed may be retried by hand, and end once more, in the same instant
     * @param endedAt null if it had not ended
     */
    public record SeenRun(RunId run, int attempt, @Nullable Instant endedAt) {
        public static SeenRun of(RunInfo info) {
            return new SeenRun(info.id(), info.endedAt() == null ? 0 : info.attempt(), info.endedAt());
        }
    }

    /** One at a time: there are no conditions in a condition. */
    static <T, X extends Exception> Observed<T> of(Values values, Patience patience, StepBody<T, X> condition)
            throws X {
        Reads reads = new Reads(values, patience);
        UNDER_WAY.set(reads);
        try {
            T answer = condition.run();
            return new Observed<>(
                    answer, reads.seen(), List.copyOf(reads.runs.values()), Map.copyOf(reads.events), reads.strange);
        } finally {
            UNDER_WAY.remove();
        }
    }

    /** Of a value that is read twice and was changed in between the first counts: it is another now. */
    private List<SeenValue> seen() {
        return versions.entrySet().stream()
                .map(read -> new SeenValue(read.getKey(), read.getValue()))
                .toList();
    }

    /** What the store answers: to a condition as patiently as to all else that a body waits for. */
    static <T> T ask(Values values, Supplier<T> question) {
        Reads reads = UNDER_WAY.get();
        return reads != null && reads.values == values ? reads.patience.ask(question) : question.get();
    }

    /** A value was read, perhaps by a condition. */
    static void note(Values values, ValueInfo read) {
        Reads reads = UNDER_WAY.get();
        if (reads != null && reads.values == values) {
            reads.versions.putIfAbsent(read.name(), read.version());
        } else if (reads != null) {
            reads.strange = true;
        }
    }

    /** A run was looked at, perhaps by a condition. Of one that is looked at twice and ended in between the first look counts. */
    public static void note(RunInfo read) {
        Reads reads = UNDER_WAY.get();
        if (reads != null) {
            reads.runs.putIfAbsent(read.id(), SeenRun.of(read));
        }
    }

    /** Likewise, by a handle. */
    static void note(Values values, RunInfo read) {
        Reads reads = UNDER_WAY.get();
        if (reads != null && reads.values == values) {
            note(read);
        } else if (reads != null) {
            reads.strange = true;
        }
    }

    /** Whether a condition looks, on this thread. */
    public static boolean isUnderWay() {
        return UNDER_WAY.get() != null;
    }

    /**
     * Events were looked for, perhaps by a condition.
     *
     * @param name how they are called
     * @param awaited what changes with them; as it was before they were looked for
     */
    public static void note(String name, SeenValue awaited) {
        Reads reads = UNDER_WAY.get();
        if (reads != null) {
            reads.versions.putIfAbsent(awaited.name(), awaited.version());
            reads.events.put(awaited.name(), name);
        }
    }

    /** Refuses in a condition what each of its looks would do again: a change of a value would even wake it, without end. */
    public static void refuse(String what) {
        if (UNDER_WAY.get() != null) {
            throw new IllegalStateException(
                    "%s: a condition that a body waits for only reads. Do that before or after".formatted(what));
        }
    }
}
