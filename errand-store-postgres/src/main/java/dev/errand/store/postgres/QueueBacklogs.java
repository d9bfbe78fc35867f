package dev.errand.store.postgres;

import dev.errand.QueueBacklog;
import dev.errand.store.format.Times;
import java.sql.SQLException;
import java.util.List;

/** What waits, queue by queue, by one statement, which looks at each place where runs may wait. */
final class QueueBacklogs {
    /** At 40 bits begin the lines of a place's keys; what is not due yet stands behind all that is. */
    private static final String WAITING = """
            with place as materialized (
                select t.number::bigint as number, 'task/' || t.id as name, coalesce(q.keyed, false) as keyed
                  from errand.task t
                  left join errand.task_queue q on q.number = t.number
                union all
                select p.number::bigint, q.name, p.keyed
                  from errand.task_queue p
                  join errand.queue q on q.number = p.queue
            )
            select p.name, sum(w.runs)::bigint, min(w.due)
              from place p
             cross join lateral (
                   select sum(k.runs) as runs, min(k.due) as due
                     from (select runs, due
                             from errand.chunk
                            where line = p.number and position < 9223372036854775807 and claim = 0
                            limit 10000) k
                    union all
                   select sum(k.runs), min(k.due)
                     from (select runs, due
                             from errand.chunk
                            where p.keyed
                              and line between p.number << 40 and (p.number << 40 | 1099511627775)
                              and position < 9223372036854775807 and claim = 0
                            limit 10000) k) w
             where w.runs > 0
             group by p.name
            """;

    private QueueBacklogs() {}

    static List<QueueBacklog> of(Database database) throws SQLException {
        return database.sql(WAITING)
                .list(row -> new QueueBacklog(row.getString(1), row.getLong(2), Times.instant(row.getLong(3))));
    }
}
