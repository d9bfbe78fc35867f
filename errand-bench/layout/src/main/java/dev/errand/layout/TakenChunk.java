package dev.errand.layout;

import dev.errand.RunId;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chunk that was just claimed, and what of its runs was read. */
final class TakenChunk {
    private static final String RUNS = Product.statement("TakenRuns", "RUNS");
    private static final String SHORTEN = Product.statement("TakenRuns", "SHORTEN");

    final Hold hold;
    private final RunId last;
    private final long batch;
    private final int runs;
    private int wanted;
    private RunId lastTaken;
    private @Nullable RunId leftFrom;

    TakenChunk(Hold hold, RunId last, long batch, int runs) {
        this.hold = hold;
        this.last = last;
        this.batch = batch;
        this.runs = runs;
        this.lastTaken = last;
    }

    /** Reads the runs of chunks, no more than are wanted, and puts what is too much of the last chunk back into the line. */
    static void read(Db db, List<TakenChunk> chunks, int wanted, List<HeldRun> into) throws SQLException {
        if (chunks.isEmpty()) {
            return;
        }
        int left = wanted;
        int[] numbers = new int[chunks.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
            TakenChunk chunk = chunks.get(i);
            chunk.wanted = Math.clamp(left, 1, chunk.runs);
            left -= chunk.runs;
        }
        Sql statement = db.sql(RUNS);
        db.columns(statement, chunks)
                .array("int4", numbers)
                .ids(chunk -> chunk.hold.first)
                .ids(chunk -> chunk.last)
                .longs(chunk -> chunk.batch)
                .no()
                .no()
                .no()
                .ints(chunk -> chunk.wanted + 1);
        statement.each(row -> chunks.get(row.getInt(1)).add(Ids.of(row.getObject(2)), row.getBytes(8), into));
        for (TakenChunk chunk : chunks) {
            chunk.shorten(db);
        }
    }

    private void add(RunId run, byte[] payload, List<HeldRun> into) {
        if (hold.outstanding == wanted) {
            leftFrom = run;
            return;
        }
        hold.outstanding++;
        lastTaken = run;
        into.add(new HeldRun(run, NewRun.number(payload), hold));
    }

    private void shorten(Db db) throws SQLException {
        if (leftFrom != null) {
            db.sql(SHORTEN)
                    .setObject(Ids.uuid(lastTaken))
                    .set((long) hold.outstanding)
                    .set((long) hold.task)
                    .set(hold.position)
                    .setObject(Ids.uuid(hold.first))
                    .setObject(false)
                    .setObject(Ids.uuid(leftFrom))
                    .setObject(Ids.uuid(last))
                    .set((long) Math.max(1, runs - hold.outstanding))
                    .update();
        }
    }
}
