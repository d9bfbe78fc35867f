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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does what time has made due, in bounded slices. Several nodes may do so at once: what one works on, the others pass over. */
final class Advancing {
    /** Chunks, of which each may hold hundreds of runs, at most; and runs that end one by one, about. */
    private static final int SLICE = 500;
    /** Who waits for what has happened, but is held by others, is looked at again after so many microseconds. */
    private static final long LEFT_FOR = 100_000;

    private static final Round BEGINNING = new Round(new Awaiting.Child(new RunId(0, 0), new RunId(0, 0)), false);
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

    /** Some wait for something else than a time, and nothing besides. */
    private static final String NEXT = """
            select nullif(least(
                (select min(due) from errand.chunk where state in (0, 3, 4)),
                (select min(expires) from errand.chunk where expires is not null and claim = 0),
                (select min(due) from errand.schedule where due is not null)<happened>), 9223372036853999999)
            """;

    /** For those who have looked what has happened. */
    private static final String NEXT_BY_TIME = NEXT.replace("<happened>", "");

    /** What has happened that somebody may wait for has been due for long. */
    static final String NEXT_DUE = NEXT.replace(
            "<happened>",
            ", (select 1 from errand.awaited where state = 1 limit 1)" + ", (select 1 from errand.changed limit 1)");

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

    /**
     * Through what has happened that somebody may wait for: what is left for later keeps nobody from what comes after it.
     *
     * @param place after which the next look begins
     * @param left whether anything was left
     */
    private record Round(Awaiting.Child place, boolean left) {}

    /**
     * Where to go on, once this is committed, and when.
     *
     * @param none as of {@link Awaiting.Woken}
     */
    private record Next(Round round, @Nullable String none, Optional<Instant> at) {}

    /** A chunk of which runs are to end. */
    private record Ending(Chunk chunk, List<Member> all) {}

    private record Member(
            RunId run, @Nullable String name, @Nullable Long expires) {}

    private final Desk desk;
    private final TaskNumbers tasks;
    private final Changes changes;
    private volatile Round round = BEGINNING;

    Advancing(Desk desk, TaskNumbers tasks, Changes changes) {
        this.desk = desk;
        this.tasks = tasks;
        this.changes = changes;
    }

    /**
     * When there will be something to do next; an instant that has passed if there is more now. Each of the transactions locks what others
     * await at one place only, and waits for nobody after it has looked who is to wake.
     */
    Optional<Instant> advance() {
        boolean more = desk.transact(Untold::tell);
        if (!tasks.removed().isEmpty()) {
            more |= desk.transact(Advancing::byTime);
            more |= endRemoved();
        }
        Next next = wake(more);
        if (next.none() == null) {
            String since = changes.moment();
            ValueChanges.Marked marked = desk.transact(tx -> ValueChanges.mark(tx, since));
            changes.passed(marked.none());
            if (marked.waits() > 0 || marked.more()) {
                next = wake(more || marked.more());
            }
        }
        return next.at();
    }

    private Next wake(boolean more) {
        Next next = desk.transact(tx -> advance(tx, more));
        round = next.round();
        changes.passed(next.none());
        return next;
    }

    /** Answers whether there may be more. */
    private boolean endRemoved() {
        int ended = 0;
        int some;
        do {
            some = desk.transact(Advancing::removed);
            ended += some;
        } while (some > 0 && ended < SLICE);
        return ended >= SLICE;
    }

    /** The same. */
    private static boolean byTime(Tx tx) throws SQLException {
        boolean due = due(tx) >= SLICE;
        return expire(tx) >= SLICE || due;
    }

    private Next advance(Tx tx, boolean any) throws SQLException {
        boolean more = byTime(tx) || any;
        Round now = round;
        Awaiting.Woken woken = Awaiting.wake(tx, now.place(), SLICE, changes.moment());
        boolean left = now.left() || woken.left() > 0;
        boolean last = woken.happened() < SLICE;
        more |= !last || (!left && !now.equals(BEGINNING)); // what a round has passed may have happened since
        more |= woken.happened() > woken.left() && due(tx) >= SLICE;
        Round following = last ? BEGINNING : new Round(woken.last(), left);
        return new Next(following, woken.none(), more ? soonest(tx) : next(tx, left));
    }

    private static Optional<Instant> soonest(Tx tx) {
        return Optional.of(Times.instant(tx.now() - 1));
    }

    private static Optional<Instant> next(Tx tx, boolean left) throws SQLException {
        long next = tx.sql(NEXT_BY_TIME).number();
        long soon = left ? tx.now() + LEFT_FOR : Long.MAX_VALUE;
        long at = next == 0 ? soon : Math.min(next, soon);
        return at == Long.MAX_VALUE ? Optional.empty() : Optional.of(Times.instant(at));
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
        List<Ending> endings = endings(tx, chunks, member -> hasExpired(member, tx.now()));
        for (Ending ending : endings) {
            Chunk chunk = ending.chunk();
            @Nullable Long next = null;
            boolean any = false;
            for (Member member : ending.all()) {
                Long expires = member.expires();
                if (hasExpired(member, tx.now())) {
                    end(tx, chunk, member, RunState.EXPIRED, "it did not start in time", null);
                } else {
                    any = true;
                    next = next == null || (expires != null && expires < next) ? expires : next;
                }
            }
            settle(tx, chunk, any, next);
        }
        return endings.size() < chunks.size() ? SLICE : chunks.size();
    }

    private static boolean hasExpired(Member member, long now) {
        Long expires = member.expires();
        return expires != null && expires <= now;
    }

    /** Of so many of the chunks that about a slice of runs is to end. Who awaits these is locked: at one place, see {@link AwaitedRows}. */
    private static List<Ending> endings(Tx tx, List<Chunk> chunks, Predicate<Member> isToEnd) throws SQLException {
        List<Ending> endings = new ArrayList<>();
        List<RunId> runs = new ArrayList<>();
        for (Chunk chunk : chunks) {
            if (runs.size() < SLICE) {
                List<Member> all = members(tx, chunk);
                endings.add(new Ending(chunk, all));
                all.stream().filter(isToEnd).map(Member::run).forEach(runs::add);
            }
        }
        if (!runs.isEmpty()) {
            new AwaitedRows(tx).lock(List.of(), runs);
        }
        return endings;
    }

    /** At one place; answers how many. */
    private static int removed(Tx tx) throws SQLException {
        for (int task : tx.tasks().removed()) {
            for (Place place : tx.tasks().rules().placesOf(task)) {
                int ended = removed(tx, task, tx.sql(OF_REMOVED_TASKS).set((long) place.number()));
                if (place.keyed() && ended == 0) {
                    Sql withKeys = tx.sql(OF_REMOVED_TASKS_WITH_KEYS);
                    ended = removed(
                            tx,
                            task,
                            withKeys.set(Lines.firstKey(place.number())).set(Lines.lastKey(place.number())));
                }
                if (ended > 0) {
                    return ended;
                }
            }
        }
        return 0;
    }

    private static int removed(Tx tx, int task, Sql statement) throws SQLException {
        int ended = 0;
        List<Chunk> chunks = statement.set((long) SLICE).list(Chunk::read);
        for (Ending ending : endings(tx, chunks, member -> true)) {
            for (Member member : ending.all()) {
                end(tx, ending.chunk(), member, RunState.FAILED, noTask(tx, task), failure(tx, task));
                ended++;
            }
            settle(tx, ending.chunk(), false, null);
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
