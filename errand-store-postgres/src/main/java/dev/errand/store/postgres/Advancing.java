package dev.errand.store.postgres;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.store.format.States;
import dev.errand.store.format.Times;
import dev.errand.store.limits.Lines;
import dev.errand.store.limits.Place;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Does what time has made due, in bounded slices. Several nodes may do so at once: what one works on, the others pass over. */
final class Advancing {
    /** Chunks, of which each may hold hundreds of runs, at most; and runs that end one by one, about. */
    private static final int SLICE = 500;
    /** Runs that are told of at once, about. */
    private static final int MOST_DUE = 10_000;

    /** Chunks whose time has come take their place in line. */
    private static final String DUE = """
            with c as materialized (
                select line, position, first, single, state, due, runs
                  from errand.chunk
                 where state in (0, 3, 4) and due <= ?
                 order by due
                 limit ?
                   for update skip locked),
            d as materialized (
                select c.*, sum(runs) over (order by due, first rows unbounded preceding) - runs as before
                  from c),
            k as (
                update errand.chunk k
                   set position = k.due - 1000000 * k.priority::bigint, state = 1
                  from d
                 where d.before < ?
                   and k.line = d.line and k.position = d.position and k.first = d.first and k.single = d.single
                returning k.line, k.first, k.last, k.single, k.dirty, k.batch, k.attempt, d.state)
            select r.id, k.line, r.name, k.attempt, k.state
              from k
             cross join lateral (
                 select id, name
                   from errand.run
                  where id between k.first and k.last and batch = k.batch
                    and (not k.dirty
                         or (select true from errand.outcome where run = run.id limit 1) is null
                            and (k.single or (select true from errand.chunk where single and first = run.id limit 1) is null))
                 offset 0) r
            """;

    /** What has happened that somebody may wait for has been due for long; some wait for nothing else. */
    static final String NEXT_DUE = """
            select nullif(least(
                (select min(due) from errand.chunk where state in (0, 3, 4)),
                (select min(expires) from errand.chunk where expires is not null and claim = 0),
                (select min(due) from errand.schedule where due is not null),
                (select 1 from errand.awaited where state = 1 limit 1)), 9223372036853999999)
            """;

    /** Chunks of which some have expired that nobody holds. */
    private static final String EXPIRED = """
            select line, position, first, single, last, batch, attempt, redeliveries, resumed
              from errand.chunk
             where expires <= ? and claim = 0 and state <> 3
             order by expires
             limit ?
               for update skip locked
            """;

    /** In one line: with "between" the look would go on through all that are not due yet. */
    private static final String OF_REMOVED_TASKS = """
            select k.line, k.position, k.first, k.single, k.last, k.batch, k.attempt, k.redeliveries, k.resumed
              from errand.chunk k
             where k.line = ? and k.position < 9223372036854775807 and k.claim = 0
             order by k.position
             limit ?
               for update skip locked
            """;

    private static final String OF_REMOVED_TASKS_WITH_KEYS = """
            select k.line, k.position, k.first, k.single, k.last, k.batch, k.attempt, k.redeliveries, k.resumed
              from errand.chunk k
             where k.line between ? and ? and k.position < 9223372036854775807 and k.claim = 0
             order by k.line, k.position
             limit ?
               for update skip locked
            """;

    private static final String MEMBERS = """
            select id, name, expires
              from errand.run
             where id between ? and ? and batch = ?
               and (select true from errand.outcome where run = run.id limit 1) is null
               and (? or (select true from errand.chunk where single and first = run.id limit 1) is null)
            """;

    private static final String LEAVE = """
            update errand.chunk
               set dirty = true, expires = ?
             where line = ? and position = ? and first = ? and single = ?
            """;

    private static final String DELETE =
            "delete from errand.chunk where line = ? and position = ? and first = ? and single = ?";

    private record Chunk(Held.Key key, RunId last, long batch, int attempt, int redeliveries, boolean resumed) {
        static Chunk read(ResultSet row) throws SQLException {
            return new Chunk(
                    new Held.Key(row.getLong(1), row.getLong(2), Ids.of(row.getObject(3)), row.getBoolean(4)),
                    Ids.of(row.getObject(5)),
                    row.getLong(6),
                    row.getInt(7),
                    row.getInt(8),
                    row.getBoolean(9));
        }
    }

    private record Member(
            RunId run, @Nullable String name, @Nullable Long expires) {}

    private Advancing() {}

    /** When there will be something to do next; an instant that has passed if there is more now. */
    static Optional<Instant> advance(Tx tx) throws SQLException {
        boolean untold = Untold.tell(tx);
        int happened = Awaiting.wake(tx, SLICE);
        int due = due(tx);
        int expired = expire(tx);
        int removed = removed(tx);
        if (untold || happened >= SLICE || due >= SLICE || expired >= SLICE || removed >= SLICE) {
            return Optional.of(Times.instant(tx.now() - 1));
        }
        long next = tx.sql(NEXT_DUE).number();
        return next == 0 ? Optional.empty() : Optional.of(Times.instant(next));
    }

    private static int due(Tx tx) throws SQLException {
        int[] count = {0};
        tx.sql(DUE).set(tx.now()).set((long) SLICE).set((long) MOST_DUE).each(row -> {
            count[0]++;
            RunState before = States.of(row.getInt(5));
            int attempt = switch (before) {
                case DELAYED -> 0;
                case WAITING -> row.getInt(4);
                default -> row.getInt(4) - 1;
            };
            tx.events()
                    .state(
                            Ids.of(row.getObject(1)),
                            tx.taskOf(row.getLong(2)),
                            row.getString(3),
                            attempt,
                            before,
                            RunState.QUEUED,
                            tx.now());
        });
        if (count[0] > 0) {
            tx.tell(Notice.OLD_WORK);
        }
        return count[0];
    }

    private static int expire(Tx tx) throws SQLException {
        List<Chunk> chunks = tx.sql(EXPIRED).set(tx.now()).set((long) SLICE).list(Chunk::read);
        int ended = 0;
        for (Chunk chunk : chunks) {
            if (ended >= SLICE) {
                return SLICE;
            }
            @Nullable Long next = null;
            boolean any = false;
            for (Member member : members(tx, chunk)) {
                Long expires = member.expires();
                if (expires != null && expires <= tx.now()) {
                    end(tx, chunk, member, RunState.EXPIRED, "it did not start in time", null);
                    ended++;
                } else {
                    any = true;
                    next = next == null || (expires != null && expires < next) ? expires : next;
                }
            }
            settle(tx, chunk, any, next);
        }
        return chunks.size();
    }

    private static int removed(Tx tx) throws SQLException {
        int ended = 0;
        for (int task : tx.tasks().removed()) {
            for (Place place : tx.tasks().rules().placesOf(task)) {
                ended += removed(tx, task, tx.sql(OF_REMOVED_TASKS).set((long) place.number()));
                if (place.keyed() && ended < SLICE) {
                    Sql withKeys = tx.sql(OF_REMOVED_TASKS_WITH_KEYS);
                    ended += removed(
                            tx,
                            task,
                            withKeys.set(Lines.firstKey(place.number())).set(Lines.lastKey(place.number())));
                }
                if (ended >= SLICE) {
                    return SLICE;
                }
            }
        }
        return ended;
    }

    private static int removed(Tx tx, int task, Sql statement) throws SQLException {
        int ended = 0;
        List<Chunk> chunks = statement.set((long) SLICE).list(Chunk::read);
        for (Chunk chunk : chunks) {
            if (ended >= SLICE) {
                return SLICE;
            }
            for (Member member : members(tx, chunk)) {
                end(tx, chunk, member, RunState.FAILED, noTask(tx, task), failure(tx, task));
                ended++;
            }
            settle(tx, chunk, false, null);
        }
        return ended;
    }

    private static String noTask(Tx tx, int task) throws SQLException {
        return "the task %s was removed".formatted(tx.tasks().id(tx.database(), task));
    }

    private static Failure failure(Tx tx, int task) throws SQLException {
        return new Failure(
                FailureKind.NO_TASK,
                "dev.errand.TaskNotFoundException",
                "The task " + tx.tasks().id(tx.database(), task) + " was removed",
                "",
                0,
                Times.instant(tx.now()));
    }

    private static List<Member> members(Tx tx, Chunk chunk) throws SQLException {
        return tx.sql(MEMBERS)
                .setObject(Ids.uuid(chunk.key().first()))
                .setObject(Ids.uuid(chunk.last()))
                .set(chunk.batch())
                .setObject(chunk.key().single())
                .list(row -> new Member(Ids.of(row.getObject(1)), row.getString(2), Sql.nullable(row, 3)));
    }

    private static void end(Tx tx, Chunk chunk, Member member, RunState state, String reason, @Nullable Failure failure)
            throws SQLException {
        int attempt = chunk.redeliveries() > 0 || chunk.resumed() ? chunk.attempt() : chunk.attempt() - 1;
        Outcomes.insert(tx, member.run(), state, attempt, chunk.redeliveries(), null, null, reason, failure);
        tx.events()
                .state(
                        member.run(),
                        tx.taskOf(chunk.key().line()),
                        member.name(),
                        attempt,
                        chunk.key().position() == Chunks.NOT_DUE ? RunState.DELAYED : RunState.QUEUED,
                        state,
                        tx.now());
    }

    private static void settle(Tx tx, Chunk chunk, boolean any, @Nullable Long expires) throws SQLException {
        Sql statement = any ? tx.sql(LEAVE).set(expires) : tx.sql(DELETE);
        statement
                .set(chunk.key().line())
                .set(chunk.key().position())
                .setObject(Ids.uuid(chunk.key().first()))
                .setObject(chunk.key().single())
                .update();
        if (any) {
            tx.tell(Notice.OLD_WORK); // claims have passed the others over meanwhile
        }
    }
}
