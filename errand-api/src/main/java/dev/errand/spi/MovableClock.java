package dev.errand.spi;

import java.time.Clock;

/**
 * A clock that can jump, for tests. An engine given one asks to be told, since it cannot sleep until an instant on a clock that
 * does not pass by itself.
 */
public abstract class MovableClock extends Clock {
    /** Calls this after each jump, on the thread that moved the clock. */
    public abstract void onMove(Runnable listener);

    /** Ends the calls. */
    public abstract void forget(Runnable listener);
}
