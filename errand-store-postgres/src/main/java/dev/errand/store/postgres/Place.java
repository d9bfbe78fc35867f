package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a run that has not ended stands: its row of {@code chunk}, locked.
 *
 * @param last the last run of the row
 * @param started recorded start; null if there is none
 * @param cancel why its holder is to stop it; null if nobody asked
 */
record Place(
        Held.Key key,
        RunId last,
        long batch,
        int state,
        int attempt,
        int redeliveries,
        long claim,
        int priority,
        long due,
        @Nullable Long started,
        @Nullable String cancel) {

    private static final String COLUMNS = """
            select c.task, c.position, c.first, c.single, c.last, c.batch, c.state, c.attempt, c.redeliveries, c.claim, c.priority, c.due,
                   c.started, c.cancel
            """;

    /** The row it came with, or what is left of that. A run's own row goes before it. */
    private static final String RANGE = COLUMNS + """
              from errand.run r
              join errand.chunk c
                on c.task = r.task and c.position in (r.position, 9223372036854775807) and not c.single
               and c.first <= r.id and c.last >= r.id and c.batch = r.batch
             where r.id = ? and not exists (select 1 from errand.outcome where run = r.id)
               for update of c
            """;

    private static final String SINGLE = COLUMNS + """
              from errand.chunk c
             where c.single and c.first = ?
               for update
            """;

    /** Null if it has ended, or there is no such run. */
    static @Nullable Place find(Tx tx, RunId run) throws SQLException {
        // The range first: who sets a run apart holds its lock until the single is there to be seen.
        Optional<Place> range = tx.sql(RANGE).setObject(Ids.uuid(run)).first(Place::read);
        Optional<Place> single = tx.sql(SINGLE).setObject(Ids.uuid(run)).first(Place::read);
        return single.or(() -> range).orElse(null);
    }

    private static Place read(ResultSet row) throws SQLException {
        return new Place(
                new Held.Key(row.getInt(1), row.getLong(2), Ids.of(row.getObject(3)), row.getBoolean(4)),
                Ids.of(row.getObject(5)),
                row.getLong(6),
                row.getInt(7),
                row.getInt(8),
                row.getInt(9),
                row.getLong(10),
                row.getInt(11),
                row.getLong(12),
                Sql.nullable(row, 13),
                row.getString(14));
    }

    /** Whether the row is the run's alone. */
    boolean isOwn() {
        return key.first().equals(last);
    }
}
