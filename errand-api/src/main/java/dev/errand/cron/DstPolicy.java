package dev.errand.cron;

/**
 * What happens to an expression with fixed hours while clocks change. One that fires in every hour follows elapsed time instead: it fires
 * whenever the clock shows a time that fits, in both passes of an hour that comes twice, and not in one that does not come.
 *
 * @param gap for times that do not come, since the clock jumps over them
 * @param overlap for times that come twice, since the clock goes back
 */
public record DstPolicy(Gap gap, Overlap overlap) {
    /** What is done at a time that does not come. */
    public enum Gap {
        /** Fires later by as much as the clock jumped: 02:30 becomes 03:30. */
        SHIFT,
        /** Does not fire. */
        SKIP
    }

    /** What is done at a time that comes twice. */
    public enum Overlap {
        FIRST,
        LAST,
        BOTH
    }

    /** Each time fires exactly once: shifted by the gap, and at the first of two. */
    public static final DstPolicy DEFAULT = new DstPolicy(Gap.SHIFT, Overlap.FIRST);
}
