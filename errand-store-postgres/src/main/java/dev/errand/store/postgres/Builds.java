package dev.errand.store.postgres;

import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which version of the users' code nodes have or had. */
final class Builds {
    private static final String NOTE_GONE = """
            update errand.build
               set gone = ?
             where gone is null and not exists (select 1 from errand.node where number = build.node)
            """;

    private static final String DELETE = "delete from errand.build where gone < ?";
    private static final String ALL = "select node, version from errand.build";
    private static final String FORGET = "delete from errand.build";
    private static final String COPY = "insert into errand.build (node, version) values (?, ?)";

    private Builds() {}

    /** @param stay how long attempts are to be seen that a node has made; null for ever */
    static void prune(Tx tx, @Nullable Duration stay) throws SQLException {
        tx.sql(NOTE_GONE).set(tx.now()).update();
        if (stay != null) {
            tx.sql(DELETE).set(tx.now() - Times.micros(stay)).update();
        }
    }

    static Map<Long, String> all(Database database) throws SQLException {
        Map<Long, String> all = new TreeMap<>();
        database.sql(ALL).each(row -> all.put(row.getLong(1), row.getString(2)));
        return all;
    }

    /** In place of those of nodes that were at the empty store before, which may have had the same numbers. */
    static void copy(Database database, Map<Long, String> versions) throws SQLException {
        database.sql(FORGET).update();
        for (Map.Entry<Long, String> build : versions.entrySet()) {
            database.sql(COPY).set(build.getKey()).set(build.getValue()).update();
        }
    }
}
