package dev.errand.client;

import dev.errand.StoreException;

/** What others change at the same time is read again after a pause. */
final class Contended {
    private Contended() {}

    /** Pauses; or answers that there is no more time. */
    static boolean pause(Pauses pauses) {
        try {
            return pauses.pause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while others changed the same; nothing was changed", e);
        }
    }
}
