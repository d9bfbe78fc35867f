package dev.errand.engine.attempt;

import dev.errand.engine.record.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a body was asked to stop. */
sealed interface Stop {
    /** Somebody cancelled the run. */
    record Cancelled(String reason) implements Stop {}

    /** It took too long; that is recorded already, unless the body was about to end the run itself. */
    record OutOfTime(Duration limit) implements Stop {}

    /** The engine closes; the run will be attempted again. */
    record ShutDown() implements Stop {}

    /** The run is no longer this node's: nothing it does is recorded. */
    record Lost() implements Stop {}

    /** What comes of an attempt that has stopped; it is given back if nobody asked it to. */
    static Outcome outcome(@Nullable Stop stop) {
        return switch (stop) {
            case Cancelled(var reason) -> new Outcome.Stopped(reason);
            case OutOfTime(var limit) -> new Outcome.Overran(limit);
            case null, default -> new Outcome.GivenBack();
        };
    }
}
