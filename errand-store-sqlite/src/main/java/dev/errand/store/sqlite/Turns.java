package dev.errand.store.sqlite;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn it is to write, of this process's writer and of the transactions of users' that are steps: these come one after another, and the
 * writer between any two of them, so that the many do not keep the one waiting. It only spares them to run for the file's lock, which alone
 * decides, among processes too.
 */
final class Turns {
    private final Semaphore line = new Semaphore(1, true);
    private final Semaphore turn = new Semaphore(1, true);

    /** For the writer; whether its turn came within that time. Interrupted or not. */
    boolean awaitWriters(long nanos) {
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    return turn.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void endWriters() {
        turn.release();
    }

    /** For a transaction of a user's. */
    void awaitUsers() throws InterruptedException {
        line.acquire();
        try {
            turn.acquire();
        } catch (InterruptedException e) {
            line.release();
            throw e;
        }
    }

    /** On any thread, once for each that came. */
    void endUsers() {
        turn.release();
        line.release();
    }
}
