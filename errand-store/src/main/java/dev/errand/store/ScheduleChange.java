package dev.errand.store;

import java.util.List;

/**
 * A schedule as it is to be from now on, if nobody has changed it meanwhile, and the runs it triggers thereby.
 *
 * @param entry with the version that it was read with
 */
public record ScheduleChange(ScheduleEntry entry, List<NewRun> runs) {
    public ScheduleChange {
        runs = List.copyOf(runs);
    }
}
