package dev.errand.store.postgres;

/**
 * How long something has been tried in vain. That is not counted from when it was first wanted but from its first failure, and it is over only
 * when a try failed that had begun so late: a process that stands still, be it in the middle of a try, tries once more afterwards.
 */
final class Tries {
    private boolean any;
    private long firstFailed;
    private long lastBegan;

    /** One more, by {@link System#nanoTime()}. */
    void inVain(long began, long failed) {
        if (!any) {
            any = true;
            firstFailed = failed;
        }
        lastBegan = began;
    }

    /** Whether it was tried for so many nanoseconds. */
    boolean lasted(long nanos) {
        return any && lastBegan - firstFailed > nanos;
    }
}
