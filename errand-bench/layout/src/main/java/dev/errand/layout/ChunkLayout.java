package dev.errand.layout;

import dev.errand.store.format.ClaimIds;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The product's layout with the product's statements: runs and outcomes are appended; what is claimed are rows that stand for many runs. */
final class ChunkLayout implements Layout {
    private static final String COPY_RUNS = Product.statement("Enqueueing", "COPY_RUNS");
    private static final String FEW_RUNS = Product.statement("Enqueueing", "FEW_RUNS");
    private static final String CHUNKS_ONLY = Product.statement("Enqueueing", "CHUNKS_ONLY");
    private static final String CLAIM = Product.statement("Taking", "CLAIM");
    private static final String END = Product.statement("Ends", "PLAIN");

    private static final int QUEUED = 1;
    /** The version of the queues' limits: there are none. */
    private static final long RULES = 1;

    private static final int MOST_CHUNKS = 1_000;

    private final Db db;
    private final long node;
    private final Head head = new Head();
    private long claims;
    private double runsOfAChunk = 100;

    ChunkLayout(Db db, long node) {
        this.db = db;
        this.node = node;
    }

    @Override
    public void enqueue(List<NewRun> runs, Events events) throws SQLException {
        List<NewChunk> chunks = NewChunk.of(runs);
        List<RunRow> rows = NewChunk.rows(chunks);
        boolean many = runs.size() > FEW;
        if (many) {
            RunRow.copy(db, COPY_RUNS, rows, true);
        }
        Sql insert = db.sql(many ? CHUNKS_ONLY : FEW_RUNS);
        if (!many) {
            RunRow.fill(db, insert, rows, true);
        }
        db.columns(insert, List.<NewRun>of()).nothing("text").ids(NewRun::id); // no tags
        events.fill(insert);
        insert.set(RULES);
        db.columns(insert, chunks)
                .longs(NewChunk::task)
                .longs(chunk -> chunk.position)
                .ids(NewChunk::first)
                .ids(NewChunk::last)
                .ints(_ -> QUEUED)
                .longs(chunk -> chunk.batch)
                .ints(NewChunk::size)
                .ints(NewChunk::priority)
                .longs(chunk -> chunk.runs.getFirst().created())
                .nothing("int8")
                .longs(_ -> 0);
        insert.each(_ -> {});
    }

    @Override
    public List<HeldRun> claim(int wanted) throws SQLException {
        List<HeldRun> held = new ArrayList<>();
        int most = Math.clamp(Math.round(wanted / runsOfAChunk) + 1, 2, MOST_CHUNKS);
        long from = head.from();
        boolean more = true;
        while (more && held.size() < wanted) {
            int before = held.size();
            List<TakenChunk> chunks = take(from, most, wanted - before);
            TakenChunk.read(db, chunks, wanted - before, held);
            if (chunks.isEmpty()) {
                head.foundNothing(Micros.now());
            } else {
                from = chunks.getLast().hold.position;
                head.found(from);
                runsOfAChunk = Math.max(1, (runsOfAChunk + (double) (held.size() - before) / chunks.size()) / 2);
            }
            more = chunks.size() == most;
            most = Math.min(4 * most, MOST_CHUNKS);
        }
        return held;
    }

    private List<TakenChunk> take(long from, int most, int wanted) throws SQLException {
        long base = ClaimIds.id(node, claims);
        claims += most;
        Sql claim = db.sql(CLAIM);
        db.columns(claim, NewRun.TASKS_HERE).longs(task -> task);
        List<TakenChunk> chunks = claim.set(from)
                .set(Micros.now())
                .set((long) most)
                .set((long) most)
                .set(base)
                .set((long) wanted)
                .set(node)
                .set(RULES)
                .list(ChunkLayout::taken);
        chunks.sort(Comparator.<TakenChunk>comparingLong(chunk -> chunk.hold.position)
                .thenComparing(chunk -> chunk.hold.first));
        return chunks;
    }

    private static TakenChunk taken(ResultSet row) throws SQLException {
        Hold hold = new Hold((int) row.getLong(1), null, row.getLong(2), Ids.of(row.getObject(3)), row.getLong(12));
        return new TakenChunk(hold, Ids.of(row.getObject(5)), row.getLong(10), row.getInt(11));
    }

    @Override
    public void end(List<HeldRun> runs, long at) throws SQLException {
        Fences fences = Fences.of(runs);
        Sql end = db.sql(END);
        fill(end, fences.gone);
        fill(end, fences.kept);
        Outcomes.fill(db.columns(end, fences.ends).ints(Fences.End::fence), Fences.End::run, at);
        fences.check(end.list(row -> row.getInt(1)).size());
    }

    private void fill(Sql end, List<Fences.Fence> fences) throws SQLException {
        db.columns(end, fences)
                .longs(fence -> fence.hold().task)
                .longs(fence -> fence.hold().position)
                .ids(fence -> fence.hold().first)
                .no()
                .longs(fence -> fence.hold().claim)
                .ints(Fences.Fence::number);
    }
}
