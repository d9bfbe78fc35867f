package dev.errand;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one thread holds at a time, of all threads of all processes on the store. It is taken, the code is run, and it is given
 * back whatever the code does:
 *
 * <pre>{@code
 * run.lock("ledger").run(() -> ledger.append(entry));
 * int number = run.lock("numbers").call(Duration.ofSeconds(5), numbers::next);
 * }</pre>
 *
 * <p>Who asks first gets it first: among the threads of a process, and among processes. A thread that holds it may take it again;
 * other threads, those of the same run included, wait. Waiting takes no thread of the operating system from a body on a virtual thread,
 * and no connection. Who is interrupted while it waits, by a cancel for example, gets an {@link InterruptedException} and leaves the line.
 *
 * <p>It is given back when the code returns or throws; when the body that took it ends, should threads that it left behind still be at
 * it; and when its process dies, with the process's lease. A process that could not renew its lease, because it was frozen or cut off,
 * has lost its locks: the thread is interrupted, and gets a {@link LockLostException} in the end. So two threads can be inside at once only
 * where a process was frozen, or its code ignores interruption.
 *
 * <p>Who takes several locks does so in the same order everywhere, or with a timeout: two that wait for each other wait for ever.
 */
public interface NamedLock {
    /** The name of the lock that is meant where none is named. */
    String GLOBAL = "global";

    String name();

    /**
     * Runs the code alone, however long that means to wait.
     *
     * @throws LockLostException if the lock was given to others before the code ended
     * @throws ClaimLostException if the run is no longer this attempt's; the code was not run
     * @throws StoreException if the store cannot be reached; the code was not run
     */
    <X extends Exception> void run(Action<X> code) throws X, InterruptedException;

    /**
     * As {@link #run(Action)}, if the lock is free within that time.
     *
     * @param patience how long to wait; zero to get it at once or never
     * @throws LockTimeoutException if it was not; the code was not run
     */
    <X extends Exception> void run(Duration patience, Action<X> code) throws X, InterruptedException;

    /** As {@link #run(Action)}, with an answer. */
    <T extends @Nullable Object, X extends Exception> T call(Call<T, X> code) throws X, InterruptedException;

    /** As {@link #run(Duration, Action)}, with an answer. */
    <T extends @Nullable Object, X extends Exception> T call(Duration patience, Call<T, X> code)
            throws X, InterruptedException;

    /** Code to run alone. */
    @FunctionalInterface
    interface Action<X extends Exception> {
        void run() throws X;
    }

    /** Code to run alone that answers something. */
    @FunctionalInterface
    interface Call<T extends @Nullable Object, X extends Exception> {
        T call() throws X;
    }
}
