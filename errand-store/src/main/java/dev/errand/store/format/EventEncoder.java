package dev.errand.store.format;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Report;
import org.jspecify.annotations.Nullable;

/**
 * Collects the events of one transaction and writes them as one row, in a compact form that {@link EventDecoder} reads: a byte
 * for the kind, then the run, unless it is the one of the event before, then what the kind needs.
 */
public final class EventEncoder {
    /** Kinds. */
    public static final int STATE = 0;

    public static final int NOTED = 1;
    public static final int RAISED = 2;
    /** Added to a kind: same run, task, name and attempt as the event before. */
    public static final int SAME_RUN = 8;
    /** For a state: the run is new. */
    public static final int NO_STATE = 15;
    /** Bits of a position that tell events of one commit apart. */
    public static final int INDEX_BITS = 22;

    private final Bytes body = new Bytes();
    private int events;
    private long base;
    private RunId last = RunId.NONE;

    public void begin(long now) {
        body.clear();
        events = 0;
        base = now;
        last = RunId.NONE;
    }

    public boolean isEmpty() {
        return events == 0;
    }

    /** A change of state; from is null for a new run. */
    public void state(
            RunId run, int task, @Nullable String name, int attempt, @Nullable RunState from, RunState to, long at) {
        head(STATE, run, task, name, attempt, at);
        states(from, to);
    }

    /** Another one of the same run in the same attempt, right after {@link #state}. */
    public void then(RunState from, RunState to, long at) {
        body.put(STATE | SAME_RUN);
        body.signed(at - base);
        states(from, to);
        events++;
    }

    public void noted(RunId run, int task, @Nullable String name, int attempt, long at) {
        head(NOTED, run, task, name, attempt, at);
    }

    /** What somebody raised outside of any run. */
    public void raised(Report.Raised raised) {
        raised(RunId.NONE, 0, null, 0, raised);
    }

    public void raised(RunId run, int task, @Nullable String name, int attempt, Report.Raised raised) {
        head(RAISED, run, task, name, attempt, Times.micros(raised.at()));
        body.text(raised.name());
        body.text(raised.data());
    }

    /** How many there are. */
    public int size() {
        return events;
    }

    /** The time the others are told from, in microseconds; kept with the row. */
    public long base() {
        return base;
    }

    /** What {@link EventDecoder} reads. */
    public byte[] body() {
        return body.toArray();
    }

    private void head(int kind, RunId run, int task, @Nullable String name, int attempt, long at) {
        body.put(kind);
        body.signed(at - base);
        // Ids made one after another differ in few bits: those of time and count, and what of the count lies on top of
        // the lower half.
        body.signed(run.high() - last.high());
        body.number(Long.rotateLeft(run.low() ^ last.low(), 6));
        last = run;
        body.number(task);
        body.number(attempt);
        body.text(name);
        events++;
    }

    private void states(@Nullable RunState from, RunState to) {
        body.put(((from == null ? NO_STATE : States.number(from)) << 4) | States.number(to));
    }
}
