package dev.errand.layout;

import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/**
 * A row of the table of runs, which is only appended to; chunks and ready rows have it in common.
 *
 * @param batch the chunk it came with; with chunks only it has a column, and so has its line
 * @param position where it, or its chunk, stands in the line
 */
record RunRow(NewRun run, long batch, long position) {
    private static final int COLUMNS = 13;

    /** Brings many with COPY. */
    static void copy(Db db, String statement, List<RunRow> rows, boolean batches) throws SQLException {
        CopyRows copy = new CopyRows();
        for (RunRow row : rows) {
            copy.row(batches ? COLUMNS : COLUMNS - 2).uuid(row.run.id());
            if (batches) {
                copy.int8(row.batch);
            }
            copy.int8(row.position)
                    .int8(row.run.created())
                    .nothing(2)
                    .int4(row.run.task())
                    .int4(row.run.priority())
                    .nothing(2)
                    .text(row.run.payload())
                    .nothing(batches ? 2 : 1); // with chunks, a line of its own
        }
        db.copy(statement, copy);
    }

    /** Fills parameters with few. */
    static void fill(Db db, Sql statement, List<RunRow> rows, boolean batches) throws SQLException {
        Columns<RunRow> columns = db.columns(statement, rows).ids(row -> row.run.id());
        if (batches) {
            columns.longs(RunRow::batch);
        }
        columns.longs(RunRow::position)
                .longs(row -> row.run.created())
                .nothing("int8")
                .nothing("int8")
                .ints(row -> row.run.task())
                .ints(row -> row.run.priority())
                .nothing("text")
                .nothing("text")
                .texts(row -> new String(row.run.payload(), StandardCharsets.UTF_8))
                .nothing("text");
        if (batches) {
            columns.nothing("int8"); // a line of its own
        }
    }
}
