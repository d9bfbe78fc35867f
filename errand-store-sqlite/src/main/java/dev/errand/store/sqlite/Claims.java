package dev.errand.store.sqlite;

/** How a claim's id is made: the node's number, then a count. */
final class Claims {
    private static final int COUNT_BITS = 40;

    private Claims() {}

    static long id(long node, long count) {
        return (node << COUNT_BITS) | count;
    }

    static long node(long claim) {
        return claim >>> COUNT_BITS;
    }

    /** The lowest id a node can have given out; those of the next node start above it. */
    static long first(long node) {
        return node << COUNT_BITS;
    }
}
