package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Report;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Collects the events of one transaction and writes them as one row, in a compact form that {@link JournalReader} reads: a byte
 * for the kind, then the run, unless it is the one of the event before, then what the kind needs.
 */
final class Journal {
    /** Kinds. */
    static final int STATE = 0;

    static final int NOTED = 1;
    static final int RAISED = 2;
    /** Added to a kind: same run, task, name and attempt as the event before. */
    static final int SAME_RUN = 8;
    /** For a state: the run is new. */
    static final int NO_STATE = 15;
    /** Bits of a position that tell events of one commit apart. */
    static final int INDEX_BITS = 22;

    private static final String INSERT = "insert into event (at, node, events, body) values (?, ?, ?, ?)";

    private final Bytes body = new Bytes();
    private int events;
    private long base;

    void begin(long now) {
        body.clear();
        events = 0;
        base = now;
    }

    boolean isEmpty() {
        return events == 0;
    }

    /** A change of state; from is null for a new run. */
    void state(RunId run, int task, @Nullable String name, int attempt, @Nullable RunState from, RunState to, long at) {
        head(STATE, run, task, name, attempt, at);
        states(from, to);
    }

    /** Another one of the same run in the same attempt, right after {@link #state}. */
    void then(RunState from, RunState to, long at) {
        body.put(STATE | SAME_RUN);
        body.signed(at - base);
        states(from, to);
        events++;
    }

    void noted(RunId run, int task, @Nullable String name, int attempt, long at) {
        head(NOTED, run, task, name, attempt, at);
    }

    void raised(RunId run, int task, @Nullable String name, int attempt, Report.Raised raised) {
        head(RAISED, run, task, name, attempt, Times.micros(raised.at()));
        body.text(raised.name());
        body.text(raised.data());
    }

    void write(Database database, long node) throws SQLException {
        if (events > 0) {
            database.sql(INSERT)
                    .set(base)
                    .set(node)
                    .set((long) events)
                    .set(body.toArray())
                    .update();
        }
    }

    private void head(int kind, RunId run, int task, @Nullable String name, int attempt, long at) {
        body.put(kind);
        body.signed(at - base);
        body.fixed(run.high());
        body.fixed(run.low());
        body.number(task);
        body.number(attempt);
        body.text(name);
        events++;
    }

    private void states(@Nullable RunState from, RunState to) {
        body.put(((from == null ? NO_STATE : States.number(from)) << 4) | States.number(to));
    }
}
