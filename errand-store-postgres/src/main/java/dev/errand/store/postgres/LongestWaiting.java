package dev.errand.store.postgres;

import dev.errand.QueueLine;
import dev.errand.store.RunOptions;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The lines in which runs wait, for operators. Looks at all chunks of runs that are queued. */
final class LongestWaiting {
    private static final String LINES = """
            select task.id, waiting.runs, waiting.due, run.options
              from (select sum(runs) as runs, min(position) as position,
                           (array_agg(due order by position, first))[1] as due,
                           (array_agg(first order by position, first))[1] as first
                      from errand.chunk
                     where claim = 0 and state = 1 and position < 9223372036854775807
                     group by line) waiting
              join errand.run on run.id = waiting.first
              join errand.task on task.number = run.task
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
