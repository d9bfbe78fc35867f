package dev.errand.store.postgres;

import dev.errand.StoreException;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.KeptRow;
import java.sql.SQLException;

/** What a database holds as a whole. */
final class Contents {
    private static final String COUNTS = """
            select (select count(*) from errand.task), (select count(*) from errand.run), (select count(*) from errand.outcome),
                   (select count(*) from errand.attempt), (select count(*) from errand.note),
                   (select count(*) from errand.emitted), (select count(*) from errand.line),
                   (select count(*) from errand.step),
                   (select count(*) from errand.token),
                   (select count(*) from errand.value),
                   (select count(*) from errand.awaited),
                   (select count(*) from errand.batch),
                   (select count(*) from errand.schedule),
                   (select count(*) from errand.trigger_key),
                   (select count(*) from errand.signal join errand.run on run.id = signal.run),
                   (select count(*) from errand.published),
                   (select count(*) from errand.subscription)
            """;

    private static final String LIVING = """
            select number, name
              from errand.node
             where gone is null and greatest(beat, (select afresh from errand.upkeep)) >= errand.now() - ?
             order by number
             limit 1
            """;

    private Contents() {}

    static CopyCounts counts(Database database) throws SQLException {
        return database.sql(COUNTS).first(KeptRow::counts).orElse(CopyCounts.NONE);
    }

    /** Begins a transaction in which nobody else writes, neither a node nor who triggers. */
    static void lock(Settings settings, Database database) throws SQLException {
        database.begin();
        database.run("set local lock_timeout = '10s'");
        database.run("""
                lock table errand.task, errand.run, errand.chunk, errand.outcome, errand.attempt, errand.note, errand.emitted,
                           errand.line, errand.step, errand.awaited, errand.token, errand.token_tag, errand.value, errand.changed, errand.signal, errand.published,
                           errand.event, errand.subscription, errand.subscription_place,
                           errand.batch, errand.batch_run, errand.node, errand.build, errand.upkeep, errand.queue, errand.task_queue, errand.schedule, errand.trigger_key
                  in share row exclusive mode
                """);
        database.sql(LIVING).set(Looking.LEASE).each(row -> {
            throw new StoreException("%s is in use by node %d (%s); end all its nodes first"
                    .formatted(settings.shownUrl(), row.getLong(1), row.getString(2)));
        });
    }
}
