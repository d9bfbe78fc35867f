package dev.errand;

/**
 * How far a run has come.
 *
 * @param done units finished, 0 or more
 * @param total units in all; 0 means unknown
 */
public record Progress(long done, long total) {
    public Progress {
        if (done < 0 || total < 0) {
            throw new IllegalArgumentException("progress %d of %d: neither may be negative".formatted(done, total));
        }
    }
}
