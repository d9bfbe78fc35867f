package dev.errand.store;

/** How an engine finds the store for a URL, by {@link java.util.ServiceLoader}. */
public interface StoreProvider {
    /** Whether this store is meant by the URL. */
    boolean accepts(String url);

    /**
     * Opens the store, making or migrating it if need be.
     *
     * @throws dev.errand.StoreException if it cannot be opened; the message says why and what would help
     */
    Store open(StoreSettings settings);
}
