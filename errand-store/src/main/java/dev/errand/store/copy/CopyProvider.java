package dev.errand.store.copy;

import dev.errand.store.StoreSettings;
import java.nio.file.Path;

/** How a store is read, filled and backed up as a whole; found by {@link java.util.ServiceLoader}. */
public interface CopyProvider {
    /** Whether this store is meant by the URL. */
    boolean accepts(String url);

    /** How many runs are claimed now, by living nodes or dead ones. */
    long claimed(StoreSettings settings);

    /**
     * Opens a store that is there already.
     *
     * @throws dev.errand.StoreException if somebody works on it
     */
    CopySource source(StoreSettings settings);

    /**
     * Opens a store, making its tables if need be.
     *
     * @throws dev.errand.StoreException if there is anything in it
     */
    CopyTarget target(StoreSettings settings);

    /**
     * Writes all that is committed at one moment into a new file, while others go on writing to the store.
     *
     * @return how much is in the file, which was opened and checked
     * @throws dev.errand.StoreException if there is such a file already, the store is not one that lives in a file, or the copy is not
     *     sound; then there is no such file
     */
    CopyCounts backup(StoreSettings settings, Path file);
}
