package dev.errand;

/** Somebody listening. Ends with {@link #close}, with the engine, or by itself once it cannot be called any more. */
public interface Subscription extends AutoCloseable {
    /** Stops the calls; one already under way goes on, those that wait are not made. May be called from inside the handler, and more than once. */
    @Override
    void close();
}
