package dev.errand.store.sqlite;

import dev.errand.StoreException;

/** An error that happened on the writer's thread, thrown on the caller's. */
final class Rethrown {
    private Rethrown() {}

    /** The same kind of error with the caller's stack, the original as its cause. */
    static RuntimeException here(RuntimeException error) {
        return error instanceof StoreException store
                ? new StoreException(String.valueOf(store.getMessage()), store)
                : error;
    }
}
