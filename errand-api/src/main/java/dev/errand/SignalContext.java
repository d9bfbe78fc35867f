package dev.errand;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a body hears and is seen from outside while it runs, which is what a {@link RunContext} is: it receives signals, and publishes values. */
public interface SignalContext {
    /**
     * Receives the next signal of a name, which somebody has {@linkplain TaskTrigger#signal sent} or will; waits for it durably, as in
     * {@link RunContext#sleep}.
     *
     * <pre>{@code
     * String decision = run.receive("decision", String.class);
     * }</pre>
     *
     * <p>Signals of one name are received in the order in which they were committed, one by each call. It is a step: that it was received is
     * durable when this returns, so that no other call receives it, and every attempt that follows gets the same from this one. A value that does not
     * fit the type is received as well, and fails the attempt; it may fit the next one's, whose code may be mended.
     *
     * @param name 1 to 256 characters, upper and lower case told apart
     * @return the value; null if there was none, or it was null
     * @throws IllegalStateException if the body cannot wait here, see {@link RunContext#sleep}; or if the value does not fit the type
     * @throws ClaimLostException if the run is no longer this attempt's; nothing was received
     * @throws StoreException if the store could not be asked; nothing was received
     * @throws InterruptedException if the thread was interrupted before
     */
    <T extends @Nullable Object> T receive(String name, Class<T> type) throws InterruptedException;

    /** As {@link #receive(String, Class)}, for types with arguments. */
    <T extends @Nullable Object> T receive(String name, TypeRef<T> type) throws InterruptedException;

    /**
     * As {@link #receive(String, Class)}, for a time at most. That none was there in time is kept as well: attempts that follow do not wait again.
     *
     * @param timeout from when this is first called, 0 to 36,500 days; of 0 it takes what is there
     */
    <T extends @Nullable Object> SignalResult<T> receive(String name, Class<T> type, Duration timeout)
            throws InterruptedException;

    /** As {@link #receive(String, Class, Duration)}, for types with arguments. */
    <T extends @Nullable Object> SignalResult<T> receive(String name, TypeRef<T> type, Duration timeout)
            throws InterruptedException;

    /**
     * Publishes a value under a name, in place of the one before: {@link Run#published} tells it, while the run executes or waits and after its end.
     * It is written with what else the body notes, within some hundredths of a second, and of many that come faster only the last.
     *
     * @param name 1 to 256 characters, upper and lower case told apart
     * @param value anything that can be written as JSON; null is a value like others
     * @throws IllegalArgumentException if it cannot, if these would be more than {@value PublishedValue#MOST} names, or more bytes in all than
     *     {@value PublishedValue#MOST_BYTES}; what was published before stays
     */
    void publish(String name, @Nullable Object value);
}
