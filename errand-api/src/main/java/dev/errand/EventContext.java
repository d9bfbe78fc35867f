package dev.errand;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Events as a body sees them, which is what a {@link RunContext} is: it reads what was raised, and waits in a condition for what was not yet.
 *
 * <pre>{@code
 * Json load = run.until("unloaded", Json.class, () ->
 *         run.latestEvent(EventFilter.named("unloaded")).map(Event::data));
 * }</pre>
 *
 * <p>What is read is the log of events as it is just then, from the trigger of the run on, and in each attempt anew. In a condition of {@link
 * ValueContext#until} it is noted, and the condition is looked at again when an event has been committed that passes the filter, whoever raised it.
 */
public interface EventContext {
    /**
     * The latest event that was raised since this run was triggered, and passes. As clocks may differ, the minute before the trigger counts as well;
     * what the log's {@linkplain Retention#events() retention} has deleted does not.
     *
     * @param filter of what {@link RunContext#raise} and {@link Errand#raise} have raised, by whichever run or process; not of events of the
     *     engine's, whose names begin with {@code run.}
     * @return empty if there is none
     * @throws IllegalArgumentException if the filter names events of the engine's: see {@link OtherRuns} for the ends of runs
     * @throws IllegalStateException in an isolated attempt, which has no way to the store
     * @throws StoreException if the store was away for 30 s, or the thread was interrupted meanwhile
     */
    default Optional<Event> latestEvent(EventFilter filter) {
        return latestEvent(filter, event -> true);
    }

    /**
     * As {@link #latestEvent(EventFilter)}, of those about which the code says so as well, such as by their {@linkplain Event#data() data}. A condition
     * is looked at again for each event that passes the filter, whatever the code says: where thousands of runs wait for one event each, a {@linkplain
     * SignalContext signal} to the run wakes that alone.
     *
     * @param which called on this thread, for any of the events and any number of times; only looks at the event
     */
    Optional<Event> latestEvent(EventFilter filter, Predicate<? super Event> which);
}
