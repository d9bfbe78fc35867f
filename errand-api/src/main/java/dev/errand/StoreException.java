package dev.errand;

import org.jspecify.annotations.Nullable;

/** The store could not be reached or could not do it: disk full, file damaged, a newer version. The message says what to do. */
public final class StoreException extends ErrandException {
    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
