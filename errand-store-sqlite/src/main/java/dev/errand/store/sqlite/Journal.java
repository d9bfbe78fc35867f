package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.Report;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the events of one transaction and writes them as one row, in a compact form that {@link JournalReader} reads: a byte
 * for the kind, then the run, unless it is the one of the event before, then what the kind needs. Numbers take as few bytes as they can.
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

    private byte[] bytes = new byte[4096];
    private int length;
    private int events;
    private long base;

    void begin(long now) {
        length = 0;
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
        reserve(12);
        put(STATE | SAME_RUN);
        signed(at - base);
        states(from, to);
        events++;
    }

    void noted(RunId run, int task, @Nullable String name, int attempt, long at) {
        head(NOTED, run, task, name, attempt, at);
    }

    void raised(RunId run, int task, @Nullable String name, int attempt, Report.Raised raised) {
        head(RAISED, run, task, name, attempt, Times.micros(raised.at()));
        text(raised.name());
        text(raised.data());
    }

    void write(Database database, long node) throws SQLException {
        if (events > 0) {
            database.sql(INSERT)
                    .set(base)
                    .set(node)
                    .set((long) events)
                    .set(Arrays.copyOf(bytes, length))
                    .update();
        }
    }

    private void head(int kind, RunId run, int task, @Nullable String name, int attempt, long at) {
        reserve(48);
        put(kind);
        signed(at - base);
        fixed(run.high());
        fixed(run.low());
        number(task);
        number(attempt);
        text(name);
        events++;
    }

    private void states(@Nullable RunState from, RunState to) {
        put(((from == null ? NO_STATE : States.number(from)) << 4) | States.number(to));
    }

    private void text(@Nullable String text) {
        if (text == null) {
            reserve(1);
            put(0);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        reserve(utf8.length + 6);
        number(utf8.length + 1L);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        reserve(12);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private void put(int value) {
        bytes[length++] = (byte) value;
    }

    private void fixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            put((int) (value >>> shift));
        }
    }

    private void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    private void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            put((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        put((int) rest);
    }
}
