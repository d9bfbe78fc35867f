package dev.errand.store.sqlite;

import dev.errand.QueueLine;
import dev.errand.store.RunOptions;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The lines in which runs wait, for operators. Looks at all runs that are queued. */
final class LongestWaiting {
    /** Beside a minimum SQLite gives the other columns of the row that has it: the first of its line. */
    private static final String LINES = """
            select task.id, waiting.runs, waiting.due, run.options
              from (select count(*) as runs, min(position) as position, due, number
                      from live
                     where state = 1 and claim is null
                     group by line) waiting
              join run on run.number = waiting.number
              join task on task.number = run.task
             order by waiting.due, waiting.position
             limit ?
            """;

    private LongestWaiting() {}

    static List<QueueLine> list(Database database, int limit) throws SQLException {
        return database.sql(LINES).set((long) limit).list(LongestWaiting::read);
    }

    private static QueueLine read(ResultSet row) throws SQLException {
        RunOptions options = Documents.options(row.getString(4));
        return new QueueLine(
                row.getString(1),
                options.queue(),
                options.concurrencyKey(),
                row.getLong(2),
                Times.instant(row.getLong(3)));
    }
}
