package dev.errand.server.realtime;

import dev.errand.EventFilter;
import dev.errand.RunInfo;
import java.util.function.Consumer;

/** Runs that somebody watches. */
interface Shape {
    /** Gives each as it is now. Does not keep all at once, for each may be large. */
    void read(Consumer<RunInfo> to);

    /** All events that may concern them; others, too. */
    EventFilter events();

    /**
     * Whether events may concern runs that it had not when it was read.
     *
     * @param size how many it had
     */
    boolean grows(int size);
}
