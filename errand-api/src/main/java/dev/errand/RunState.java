package dev.errand;

/**
 * Where a run stands. A terminal state never changes; the one exception is a retry by hand of {@link #FAILED}.
 *
 * <pre>
 *   DELAYED ─due─► QUEUED ─claim─► EXECUTING ─► COMPLETED · FAILED · CANCELED · TIMED_OUT · EXPIRED · CRASHED
 *                     ▲                │  │
 *                     ├── RETRYING ◄───┘  │
 *                     └── WAITING  ◄──────┘
 * </pre>
 */
public enum RunState {
    /** Triggered for later: not before its due time. */
    DELAYED(false),
    /** Ready to start when a node has a free slot. */
    QUEUED(false),
    /** A body of it is running. */
    EXECUTING(false),
    /** An attempt failed; the next one is due at a set time. */
    RETRYING(false),
    /** Waiting durably, holding neither slot nor thread. */
    WAITING(false),
    /** Ended well; its output can be read. */
    COMPLETED(true),
    /** Ended badly: attempts used up, or an error that is not retried. {@link Failure} says why. */
    FAILED(true),
    /** Stopped on request. */
    CANCELED(true),
    /** Stopped because it ran longer than its timeout. */
    TIMED_OUT(true),
    /** Never started: its time to live or its timeout passed while it waited. */
    EXPIRED(true),
    /** Its process died with it too often. */
    CRASHED(true);

    private final boolean terminal;

    RunState(boolean terminal) {
        this.terminal = terminal;
    }

    /** Whether the run has ended. */
    public boolean isTerminal() {
        return terminal;
    }

    /** Whether the run has ended in any way but {@link #COMPLETED}. */
    public boolean isUnsuccessful() {
        return terminal && this != COMPLETED;
    }
}
