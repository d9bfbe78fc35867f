package dev.errand.store.format;

/**
 * A place among all that a run has emitted. Items are numbered within their attempt; as one number, which grows from attempt to attempt,
 * places stand in {@link dev.errand.EmittedItem#position()}.
 *
 * @param nth within the attempt, from 1; an attempt emits far less than 2^32 items
 */
public record ItemPlace(int attempt, long nth) {
    private static final int BITS = 32;

    /** Of one number. */
    public static ItemPlace of(long number) {
        return new ItemPlace((int) (number >> BITS), number & ((1L << BITS) - 1));
    }

    /** As one number. */
    public long number() {
        return ((long) attempt << BITS) | nth;
    }
}
