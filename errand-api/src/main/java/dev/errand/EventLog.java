package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * The log of events, for those who remember themselves how far they have come in it, by cursors. Who hears of events as they happen and remembers
 * nothing listens, see {@link Errand#on}; for whom the store is to remember it subscribes, see {@link Errand#subscribe}.
 *
 * <p>A cursor is a place between two events. It holds for as long as the store does, in all processes on it, and is to be kept and handed back as it
 * is. It goes on where it stood, with no gap and nothing twice, until the log's {@linkplain Retention#withEvents retention} has deleted what
 * follows it: then one is told how much.
 */
public interface EventLog {
    /** Before the oldest event there is, whichever that is. */
    String BEGINNING = "0";

    /**
     * After all that is committed now.
     *
     * @throws StoreException if the store could not be reached
     */
    String end();

    /**
     * Reads on from a place.
     *
     * @param limit how many events to look through at most, from 1 to 1000; so a part may have none that passes, and more may follow
     * @throws IllegalArgumentException if this cannot be a cursor
     * @throws StoreException if the store could not be reached
     */
    EventPart read(EventFilter filter, String cursor, int limit);

    /**
     * Reads on from a place, and goes on with what is committed from then on, by this process or another.
     *
     * @param cursor null for the {@linkplain #end() end}
     * @throws IllegalArgumentException if this cannot be a cursor
     * @throws StoreException if the store could not be reached
     */
    EventReader follow(EventFilter filter, @Nullable String cursor);
}
