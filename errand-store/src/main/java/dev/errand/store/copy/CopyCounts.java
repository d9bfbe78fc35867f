package dev.errand.store.copy;

/**
 * How much a store keeps.
 *
 * @param ended how many of the runs have ended
 * @param attempts those that were followed by another
 * @param awaited ends of runs and of tokens, and changes of values, that runs await or watch, or have
 * @param keys of triggers, held by runs
 * @param signals that their runs have not received
 */
public record CopyCounts(
        long tasks,
        long runs,
        long ended,
        long attempts,
        long notes,
        long emitted,
        long lines,
        long steps,
        long tokens,
        long values,
        long awaited,
        long batches,
        long schedules,
        long keys,
        long signals,
        long published,
        long subscriptions) {

    public static final CopyCounts NONE = new CopyCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    @Override
    public String toString() {
        return "%d runs (%d ended), %d tasks, %d attempts before the last, %d notes, %d emitted items, %d log lines, %d steps, %d tokens, %d values, %d awaited ends, %d batches, %d schedules, %d keys, %d signals, %d published values, %d subscriptions"
                .formatted(
                        runs,
                        ended,
                        tasks,
                        attempts,
                        notes,
                        emitted,
                        lines,
                        steps,
                        tokens,
                        values,
                        awaited,
                        batches,
                        schedules,
                        keys,
                        signals,
                        published,
                        subscriptions);
    }
}
