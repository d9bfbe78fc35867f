package dev.errand.store.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was committed from the log (WAL) into the database file. Left to SQLite it would stall a commit every thousand
 * pages; here it is done when the writer has nothing else to do, or when the log has grown large.
 */
final class Checkpoints {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
    private static final String PASSIVE = "pragma wal_checkpoint(passive)";
    private static final long WORTH_IT_BYTES = 4_000_000;
    private static final long LARGE_BYTES = 64_000_000;

    private final Path wal;
    private final Database database;
    private int commits;
    private long bytesBefore;

    Checkpoints(Location location, Database database) {
        this.wal = location.file().resolveSibling(location.file().getFileName() + "-wal");
        this.database = database;
    }

    /** To be called after every transaction. */
    void afterCommit() {
        commits++;
        if (commits % 16 == 0 && wal.toFile().length() - bytesBefore > LARGE_BYTES) {
            checkpoint();
        }
    }

    /** Whether there was something to do. */
    boolean whenIdle() {
        if (commits == 0) {
            return false;
        }
        commits = 0;
        if (wal.toFile().length() - bytesBefore <= WORTH_IT_BYTES) {
            return false;
        }
        checkpoint();
        return true;
    }

    private void checkpoint() {
        try {
            database.run(PASSIVE);
        } catch (SQLException e) {
            log.atDebug().setCause(e).log("Checkpoint failed; trying again later");
        }
    }
}
