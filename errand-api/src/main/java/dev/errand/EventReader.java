package dev.errand;

import java.time.Duration;

/**
 * Somebody who follows the log of events, at his own pace. There may be thousands: what is committed is read once for all who keep up, and handed to
 * each as far as it passes his filter. Who does not keep up holds nobody up, and nothing piles up for him: he reads the log for himself, until he has caught
 * up. It takes no thread but that on which it is asked. One thread at a time asks; any may close it.
 */
public interface EventReader extends AutoCloseable {
    /**
     * What follows the part before; waits for it if there is nothing by now.
     *
     * @return without events if the time passed first, or this was closed: then the cursor tells how far it has looked all the same
     * @throws StoreException if the log could not be read; it may be asked again and goes on where it was
     */
    EventPart next(Duration wait) throws InterruptedException;

    /** Whether it follows no more: it was closed, or the engine was. */
    boolean isClosed();

    /** Follows no more, and has whoever waits for the next part go on. */
    @Override
    void close();
}
