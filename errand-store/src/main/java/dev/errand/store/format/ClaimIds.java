package dev.errand.store.format;

/** How a claim's id is made: the node's number, then a count. */
public final class ClaimIds {
    private static final int COUNT_BITS = 40;

    private ClaimIds() {}

    public static long id(long node, long count) {
        return (node << COUNT_BITS) | count;
    }

    public static long node(long claim) {
        return claim >>> COUNT_BITS;
    }

    /** The lowest id a node can have given out; those of the next node start above it. */
    public static long first(long node) {
        return node << COUNT_BITS;
    }
}
