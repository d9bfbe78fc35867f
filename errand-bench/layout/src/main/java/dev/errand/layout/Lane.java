package dev.errand.layout;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a node's connection does while a queue is drained: ends what has been executed and claims what comes next, both in one commit with
 * their events. Bodies read their numbers, nothing else, between two commits. Used by one thread.
 */
final class Lane implements Callable<@Nullable Void>, AutoCloseable {
    /** So much is claimed at a time, while less than that is ahead. */
    private static final int AHEAD = 1_000;
    /** And so much ended; not a multiple of a chunk, so that chunks end in pieces as they do in the product. */
    private static final int ENDS = 800;

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private static final String JOIN = """
            insert into errand.node (number, name, pid, concurrency, started, beat)
            select coalesce(max(number), 0) + 1, 'bench', 0, 0, 0, 0
              from errand.node
            returning number
            """;

    private final Db db;
    private final Layout layout;
    private final Events events;
    private final Work work;
    private final Deque<HeldRun> ahead = new ArrayDeque<>();

    /** Joins as a node of its own. */
    Lane(String url, Candidate candidate, boolean keyed, Work work) throws SQLException {
        this.db = new Db(url);
        db.run(candidate.planning());
        long node = db.number(JOIN);
        this.layout = candidate.layout(db, node, keyed);
        this.events = new Events(node);
        this.work = work;
    }

    /** Works until all is done. */
    @Override
    public @Nullable Void call() throws SQLException {
        boolean well = false;
        try {
            while (!work.isDone()) {
                if (!turn()) {
                    LockSupport.parkNanos(PAUSE); // what is left is others', or under their permits
                }
            }
            well = true;
            return null;
        } finally {
            if (!well) {
                work.breakOff();
            }
        }
    }

    /** Answers whether there was anything to do. */
    boolean turn() throws SQLException {
        List<HeldRun> ends = new ArrayList<>();
        while (ends.size() < ENDS && !ahead.isEmpty()) {
            ends.add(ahead.poll());
        }
        work.ending(ends);
        db.begin();
        if (!ends.isEmpty()) {
            long now = Micros.now();
            layout.end(ends, now);
            events.ended(ends, now).write(db);
        }
        List<HeldRun> claims = ahead.size() < AHEAD ? layout.claim(AHEAD) : List.of();
        db.commit();
        work.ended(ends);
        work.claimed(claims);
        ahead.addAll(claims);
        return !ends.isEmpty() || !claims.isEmpty();
    }

    @Override
    public void close() throws SQLException {
        db.close();
    }
}
