package dev.errand.store.sqlite;

import dev.errand.QueueBacklog;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Lines;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What waits, queue by queue: a look at each place where runs may wait, in the index of what is claimable. */
final class QueueBacklogs {
    private static final String PLACES = """
            select number, 'task/' || id from task
            union all
            select task_queue.number, queue.name
              from task_queue join queue on queue.number = task_queue.queue
            """;
    private static final String WAITING = """
            select count(*), min(due)
              from (select due
                      from live
                     where (line = ?1 or line between ?2 and ?3) and state = 1 and claim is null
                     limit 10000)
            """;

    private record Place(int number, String queue) {}

    private QueueBacklogs() {}

    static List<QueueBacklog> of(Database database) throws SQLException {
        Map<String, QueueBacklog> all = new HashMap<>();
        List<Place> places = database.sql(PLACES).list(row -> new Place(row.getInt(1), row.getString(2)));
        for (Place place : places) {
            database.sql(WAITING)
                    .set((long) place.number())
                    .set(Lines.firstKey(place.number()))
                    .set(Lines.lastKey(place.number()))
                    .each(row -> {
                        if (row.getLong(1) > 0) {
                            QueueBacklog found =
                                    new QueueBacklog(place.queue(), row.getLong(1), Times.instant(row.getLong(2)));
                            all.merge(place.queue(), found, QueueBacklogs::both);
                        }
                    });
        }
        return new ArrayList<>(all.values());
    }

    private static QueueBacklog both(QueueBacklog one, QueueBacklog other) {
        return new QueueBacklog(
                one.queue(),
                one.waiting() + other.waiting(),
                one.since().isBefore(other.since()) ? one.since() : other.since());
    }
}
