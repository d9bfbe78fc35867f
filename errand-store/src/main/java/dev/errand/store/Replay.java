package dev.errand.store;

import dev.errand.RunId;
import java.util.List;
import java.util.Objects;

/**
 * A new run that goes on where another was.
 *
 * @param run its options name {@linkplain RunOptions#replayOf the other}
 * @param positions of the other's steps that become the new run's as well, at the same positions and as if its first attempt had called them
 * @param awaited runs of which it is kept by these how they ended; that is kept for the new run, too
 */
public record Replay(NewRun run, List<Integer> positions, List<RunId> awaited) {
    public Replay {
        Objects.requireNonNull(run.options().replayOf(), "it repeats another");
        positions = List.copyOf(positions);
        awaited = List.copyOf(awaited);
    }

    /** The run that is repeated. */
    public RunId of() {
        return Objects.requireNonNull(run.options().replayOf());
    }
}
