package dev.errand.engine.step;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.engine.events.LatestEvents;
import dev.errand.engine.value.Reads;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** The log of events, as a body looks at it; in a condition it is noted for what. */
public final class EventLooks {
    /** Who triggers and who raises may go by clocks that differ. */
    private static final Duration BEFORE = Duration.ofMinutes(1);

    private final Instant since;
    private final WaitJournal journal;
    private final LatestEvents events;

    /** @param triggered when the run was */
    public EventLooks(Instant triggered, WaitJournal journal, LatestEvents events) {
        this.since = triggered.minus(BEFORE);
        this.journal = journal;
        this.events = events;
    }

    /** See {@link dev.errand.EventContext#latestEvent}. What is to change with the next event is asked for before the log is read. */
    public Optional<Event> latest(EventFilter filter, Predicate<? super Event> which) {
        Objects.requireNonNull(which, "which");
        LatestEvents.require(filter);
        if (Reads.isUnderWay()) {
            String name = Objects.requireNonNullElse(filter.name(), "*");
            Reads.note(name, journal.ask(() -> events.awaited(filter)));
        }
        return journal.ask(() -> events.find(filter, since, which));
    }
}
