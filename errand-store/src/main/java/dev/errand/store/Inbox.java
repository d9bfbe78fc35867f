package dev.errand.store;

import org.jspecify.annotations.Nullable;

/**
 * What a run has of the signals of a name, all as of one moment.
 *
 * @param seen a value that is another one as soon as there are more
 * @param first null if there is none
 */
public record Inbox(SeenValue seen, @Nullable Signal first) {
    /**
     * A signal.
     *
     * @param position larger than that of all that were sent the run before
     * @param json in UTF-8
     */
    public record Signal(long position, byte[] json) {}
}
