package dev.errand.layout;

import dev.errand.RunState;
import dev.errand.store.format.EventEncoder;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;

/** The events of one transaction, which are one row: as the product writes them, in a stream of the node's own. */
final class Events {
    /** With five parameters, which {@link #fill} fills. */
    static final String INSERT_ONE = Product.statement("Tx", "INSERT_EVENTS").strip();

    private static final int STREAMS_OF_A_NODE = 4;

    private final long node;
    private final EventEncoder events = new EventEncoder();

    /** Of a node's connection. */
    Events(long node) {
        this.node = node;
    }

    /** Runs are new. */
    Events stored(List<NewRun> runs, long at) {
        events.begin(at);
        for (NewRun run : runs) {
            events.state(run.id(), run.task(), null, 0, null, RunState.QUEUED, run.created());
        }
        return this;
    }

    /** Runs have started and ended. */
    Events ended(List<HeldRun> runs, long at) {
        events.begin(at);
        for (HeldRun run : runs) {
            events.state(run.id(), run.hold().task, null, 1, RunState.QUEUED, RunState.EXECUTING, at);
            events.then(RunState.EXECUTING, RunState.COMPLETED, at);
        }
        return this;
    }

    /** For a statement that inserts them among other things. */
    void fill(Sql statement) throws SQLException {
        statement
                .set(node * STREAMS_OF_A_NODE + 1)
                .set(events.base())
                .set(node)
                .set((long) events.size())
                .set(events.body());
    }

    /** Inserts them. */
    void write(Db db) throws SQLException {
        Sql insert = db.sql(INSERT_ONE);
        fill(insert);
        insert.update();
    }
}
