package dev.errand.cli.console;

import dev.errand.RunState;

/** The exit codes, see docs/cli.md. */
public final class Exit {
    public static final int OK = 0;
    /** The run failed, or what was asked for could not be done. */
    public static final int FAILED = 1;
    /** Mistyped, or about something that is not there. Nothing was done. */
    public static final int USAGE = 2;
    /** As the program timeout(1) says it. */
    public static final int TIMED_OUT = 124;
    /** As shells report SIGINT. */
    public static final int INTERRUPTED = 130;

    private Exit() {}

    /** How a run's end is told; for one that goes on, that the wait ended first. */
    public static int of(RunState state) {
        return switch (state) {
            case COMPLETED -> OK;
            case FAILED, CANCELED, CRASHED -> FAILED;
            case TIMED_OUT, EXPIRED, DELAYED, QUEUED, EXECUTING, RETRYING, WAITING -> TIMED_OUT;
        };
    }
}
