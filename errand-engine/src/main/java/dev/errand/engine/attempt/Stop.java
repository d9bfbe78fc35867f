package dev.errand.engine.attempt;

import java.time.Duration;

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
}
