package dev.errand;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A lock was not free in time. What was to be done under it was not begun. */
public final class LockTimeoutException extends ErrandException {
    private final String lock;
    private final transient @Nullable LockInfo holder;

    /** @param holder who had it when the wait ended; null if nobody knows */
    public LockTimeoutException(String lock, Duration waited, @Nullable LockInfo holder) {
        super("Lock '%s' was not free within %s%s"
                .formatted(lock, Durations.print(waited), holder == null ? "" : "; " + holder.holder() + " holds it"));
        this.lock = lock;
        this.holder = holder;
    }

    public String lock() {
        return lock;
    }

    /** Who had it when the wait ended, if that is known. */
    public Optional<LockInfo> holder() {
        return Optional.ofNullable(holder);
    }
}
