package dev.errand;

/** How delays are spread at random, so that runs which failed together do not come back together. */
public enum Jitter {
    /** Not at all. */
    NONE,
    /** Each delay is once to twice as long, and at most the ceiling. */
    UP_TO_TWICE,
    /** Each delay is anything from nothing to its length: what spreads best where many wait for one that is away. */
    FULL;

    /**
     * The delay in milliseconds.
     *
     * @param millis the delay without jitter and ceiling
     * @param random from 0 to 1
     */
    double spread(double millis, double ceiling, double random) {
        return switch (this) {
            case NONE -> Math.min(ceiling, millis);
            case UP_TO_TWICE -> Math.min(ceiling, millis * (1 + random));
            case FULL -> Math.min(ceiling, millis) * random;
        };
    }
}
