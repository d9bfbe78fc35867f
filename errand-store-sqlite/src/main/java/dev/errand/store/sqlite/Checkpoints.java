package dev.errand.store.sqlite;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was committed from the log (WAL) into the database file. SQLite does that by itself whenever the log has grown by
 * {@link #PAGES}, which holds up a commit for some milliseconds; here it is done early, when the writer has had nothing to do for a
 * while.
 */
final class Checkpoints {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
    /** What SQLite is told: 32 MB. */
    static final int PAGES = 8_000;

    private static final String PASSIVE = "pragma wal_checkpoint(passive)";
    private static final int WORTH_IT_COMMITS = 200;
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Database database;
    private int commits;

    Checkpoints(Database database) {
        this.database = database;
    }

    void afterCommit() {
        commits++;
    }

    /** How long the writer is to rest before it does one; 0 if there is nothing to do. */
    long after() {
        return commits >= WORTH_IT_COMMITS ? QUIET_NANOS : 0;
    }

    /** The writer has rested so long. */
    void checkpoint() {
        commits = 0;
        try {
            database.run(PASSIVE);
        } catch (SQLException e) {
            log.atDebug().setCause(e).log("Checkpoint failed; trying again later");
        }
    }
}
