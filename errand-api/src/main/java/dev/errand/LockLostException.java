package dev.errand;

/**
 * A lock, or a place in its line, was given to others: its process could not renew its lease and was taken for dead, or the body that
 * took it has ended. What was done under the lock may have been done beside others.
 */
public final class LockLostException extends ErrandException {
    private final String lock;

    public LockLostException(String lock) {
        super(
                ("Lock '%s' is no longer this thread's: its process was taken for dead, or the body that took it has ended."
                                + " What was done under it may have been done beside others")
                        .formatted(lock));
        this.lock = lock;
    }

    public String lock() {
        return lock;
    }
}
