package dev.errand.engine.lock;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The threads of this process that want the same lock, first come first served. */
final class LocalLine {
    final Semaphore turn = new Semaphore(1, true);
    /** Whose turn it is, once it holds the lock. */
    volatile @Nullable Hold hold;
    /** How many threads are here; guarded by the map of lines. */
    int users;

    /** Whether the calling thread holds the lock already. */
    boolean isMine() {
        Hold now = hold;
        return now != null && now.isOfThisThread();
    }
}
