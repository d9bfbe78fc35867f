package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.WatchStore;
import dev.errand.store.copy.Kept;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs that others watch. A row of {@code awaited}, as for a child that is awaited, but written by who looks, each time he begins to, and not
 * armed before the wait: an end in between is marked, so that the wait finds it. Nothing is kept of how the run ended, which its own rows say.
 */
final class Watching implements WatchStore {
    private static final String IS_HELD = "select exists (select 1 from live where number = ? and claim = ?)";

    /** What was watched under other claims, of which no wait is left. */
    private static final String FORGET = "delete from awaited where run = ? and kind = 3 and version <> ?";

    /** What was watched before is open again, whatever has happened: who watches looks after this. */
    private static final Batch WATCH = new Batch("""
            insert into awaited (run, kind, subject, number, state, armed, version)
            select ?1, 3, run.id, run.number, 0, 0, ?2
              from (values %s)
             cross join run on run.id = column1
             where true
                on conflict (run, kind, subject) do update
               set number = excluded.number, state = 0, armed = 0, ended = null, version = excluded.version
            """, "(?)");

    private static final Batch ENDED = new Batch("""
            select subject
              from awaited
             where run = (select number from run where id = ?) and kind = 3 and state > 0 and subject in (%s)
            """, "?");

    /** Of a run that is there no more it has happened. */
    private static final String COPY = """
            insert into awaited (run, kind, subject, number, state, armed)
            values ((select number from run where id = ?1), 3, ?2, coalesce((select number from run where id = ?2), 0), ?3, ?4)
            """;

    private final Writer writer;
    private final Readers readers;

    Watching(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public Receipt watch(Claim claim, List<RunId> runs) {
        return writer.call(tx -> watch(tx, claim, runs));
    }

    private static Receipt watch(Tx tx, Claim claim, List<RunId> runs) throws SQLException {
        if (tx.sql(IS_HELD).set(claim.number()).set(claim.id()).number() == 0) {
            return Receipt.LOST;
        }
        tx.sql(FORGET).set(claim.number()).set(claim.id()).update();
        Batch.each(
                runs,
                batch -> ids(
                                tx.sql(WATCH.text(batch.size()))
                                        .set(claim.number())
                                        .set(claim.id()),
                                batch)
                        .update());
        tx.awaited().opened();
        return Receipt.RECORDED;
    }

    @Override
    public List<RunId> ended(RunId run, List<RunId> watched) {
        return readers.ask(database -> {
            List<RunId> ended = new ArrayList<>();
            Batch.each(
                    watched,
                    batch -> ids(database.sql(ENDED.text(batch.size())).set(Ids.bytes(run)), batch)
                            .each(row -> ended.add(Ids.of(row.getBytes(1)))));
            return ended;
        });
    }

    private static Sql ids(Sql statement, List<RunId> runs) throws SQLException {
        for (RunId run : runs) {
            statement.set(Ids.bytes(run));
        }
        return statement;
    }

    /** One that was in another store. */
    static void copy(Database database, Kept.Watched kept) throws SQLException {
        database.sql(COPY)
                .set(Ids.bytes(kept.run()))
                .set(Ids.bytes(kept.watched()))
                .set((long) kept.state())
                .set((long) kept.armed())
                .update();
    }
}
