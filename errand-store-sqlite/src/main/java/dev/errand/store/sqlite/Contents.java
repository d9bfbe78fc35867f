package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.KeptRow;
import java.sql.SQLException;

/** What a database holds as a whole. */
final class Contents {
    private static final String COUNTS = """
            select (select count(*) from task), (select count(*) from run), (select count(*) from outcome),
                   (select count(*) from attempt), (select count(*) from note), (select count(*) from emitted),
                   (select count(*) from line),
                   (select count(*) from step),
                   (select count(*) from token),
                   (select count(*) from value),
                   (select count(*) from awaited),
                   (select count(*) from batch),
                   (select count(*) from schedule),
                   (select count(*) from trigger_key),
                   (select count(*) from signal),
                   (select count(*) from published),
                   (select count(*) from subscription)
            """;

    private static final String NODES = "select number, name from node order by number";

    private Contents() {}

    static CopyCounts counts(Database database) throws SQLException {
        return database.sql(COUNTS).first(KeptRow::counts).orElse(CopyCounts.NONE);
    }

    /** Expects to hold the write lock, so that no node joins meanwhile. */
    static void refuseIfInUse(Location location, Database database) throws SQLException {
        NodeLocks locks = new NodeLocks(location.nodes());
        database.sql(NODES).each(row -> {
            if (locks.isAlive(row.getLong(1))) {
                throw new StoreException("%s is in use by node %d (%s); end all its nodes first"
                        .formatted(location.url(), row.getLong(1), row.getString(2)));
            }
        });
    }
}
