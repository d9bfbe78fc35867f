package dev.errand.store;

/** Hears that something was committed. */
@FunctionalInterface
public interface CommitListener {
    /**
     * Something was committed.
     *
     * @param foreign whether another process did it, or may have
     */
    void committed(boolean foreign);
}
