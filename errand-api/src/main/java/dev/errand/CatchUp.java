package dev.errand;

/**
 * What a {@link Schedule} does about firings that were missed because no node was there.
 *
 * @param most how many of them become runs, the latest ones; 0 for none
 */
public record CatchUp(int most) {
    private static final int BOUND = 1_000;
    private static final CatchUp NONE = new CatchUp(0);
    private static final CatchUp ONCE = new CatchUp(1);

    public CatchUp {
        if (most < 0 || most > BOUND) {
            throw new IllegalArgumentException(
                    "%d late firings are asked for; at most %,d are made up for, at least 0".formatted(most, BOUND));
        }
    }

    /** Missed firings are passed over. A firing counts as missed when it is late by more than a minute. */
    public static CatchUp none() {
        return NONE;
    }

    /** The latest missed firing becomes a run, however many there were. */
    public static CatchUp once() {
        return ONCE;
    }

    /**
     * Each missed firing becomes a run, in their order.
     *
     * @param bound how many at most, from 1 to 1,000; earlier ones are passed over
     */
    public static CatchUp all(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("the bound on late firings is " + bound + "; it must be at least 1");
        }
        return new CatchUp(bound);
    }
}
