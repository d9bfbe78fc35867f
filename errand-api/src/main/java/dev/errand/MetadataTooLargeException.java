package dev.errand;

/** A run's metadata would have become larger than is taken. Nothing of it was changed. */
public final class MetadataTooLargeException extends IllegalArgumentException {
    /** How many bytes a run's metadata has at most, as JSON in UTF-8, once it was {@linkplain Run#editMetadata edited}. */
    public static final int MOST = 256 * 1_024;

    private final transient RunId run;
    private final int size;

    public MetadataTooLargeException(RunId run, int size) {
        super(
                "The metadata of run %s would have %,d bytes; at most %,d are taken. Keep large data elsewhere, and note where it is"
                        .formatted(run, size, MOST));
        this.run = run;
        this.size = size;
    }

    public RunId run() {
        return run;
    }

    /** How many bytes it would have had. */
    public int size() {
        return size;
    }
}
