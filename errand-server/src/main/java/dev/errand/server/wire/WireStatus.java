package dev.errand.server.wire;

import dev.errand.RunInfo;
import dev.errand.RunState;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What clients are told of the state of a run. Some they know are none of ours. */
public enum WireStatus {
    PENDING_VERSION,
    DELAYED,
    QUEUED,
    DEQUEUED,
    EXECUTING,
    WAITING,
    COMPLETED,
    FAILED,
    CANCELED,
    TIMED_OUT,
    EXPIRED,
    CRASHED,
    SYSTEM_FAILURE;

    /** One whose cancel was asked for has ended, as far as clients see. */
    public static WireStatus of(RunInfo run) {
        if (run.cancelRequested() && !run.state().isTerminal()) {
            return CANCELED;
        }
        return of(run.state());
    }

    private static WireStatus of(RunState state) {
        return switch (state) {
            case DELAYED -> DELAYED;
            case QUEUED, RETRYING -> QUEUED;
            case EXECUTING -> EXECUTING;
            case WAITING -> WAITING;
            case COMPLETED -> COMPLETED;
            case FAILED -> FAILED;
            case CANCELED -> CANCELED;
            case TIMED_OUT -> TIMED_OUT;
            case EXPIRED -> EXPIRED;
            case CRASHED -> CRASHED;
        };
    }

    /** Those that a client names. */
    public static WireStatus named(String name) {
        return Arrays.stream(values())
                .filter(status -> status.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no such status; there are "
                        + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))));
    }

    /** The states of runs that read so. */
    public List<RunState> states() {
        return Arrays.stream(RunState.values())
                .filter(state -> of(state) == this)
                .toList();
    }

    public boolean isQueued() {
        return Set.of(PENDING_VERSION, DELAYED, QUEUED).contains(this);
    }

    public boolean isExecuting() {
        return this == DEQUEUED || this == EXECUTING;
    }

    /** Whether it has ended. All ends count: a client that polls would never cease. */
    public boolean isCompleted() {
        return !isQueued() && !isExecuting() && this != WAITING;
    }

    public boolean isFailed() {
        return isCompleted() && this != COMPLETED;
    }
}
