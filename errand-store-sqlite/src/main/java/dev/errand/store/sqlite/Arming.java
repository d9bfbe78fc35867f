package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.store.KeyHash;
import dev.errand.store.Report;
import dev.errand.store.SeenValue;
import dev.errand.store.copy.Kept;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a run waits for from now on. Of runs, its children and those that it watches, there are rows already, of tokens they come with the first wait, of values with each, and go
 * before its run is claimed, or before it waits again. Written is what differs from what it waited for before: of what that was, nothing is left
 * to read once it has happened.
 */
final class Arming {
    /** How a run waits for it; 0 if it does not at the moment. Of what has happened, and was looked at, it says nothing. */
    static final int ANY = 1;

    static final int ALL = 2;

    private static final int RUN = 0;
    private static final int TOKEN = 1;
    private static final int VALUE = 2;
    private static final int WATCHED = 3;

    /** What has ended, has timed out, or is not there has happened. */
    private static final Batch ADD_TOKENS = new Batch("""
            insert into awaited (run, kind, subject, number, state, armed)
            select ?1, 1, column1, 0, iif(token.state = 0 and token.ends > ?2, 0, 2), ?3
              from (values %s)
              left join token on token.id = column1
             where true
                on conflict (run, kind, subject) do update set state = 2 where awaited.state = 0 and excluded.state = 2
            """, "(?)");

    /** No value has it. */
    private static final long NO_VERSION = -1;

    /**
     * What has another version than was read has happened. There are no rows of earlier waits, and none of a run that does not wait, since its time
     * has come already.
     */
    private static final Batch ADD_VALUES = new Batch("""
            insert into awaited (run, kind, subject, number, state, armed, version)
            select ?1, 2, column1, 0, iif(coalesce(value.version, 0) = column3, 0, 2), ?2, column3
              from (values %s)
              left join value on value.name = column2
             where exists (select 1 from live where number = ?1 and state = 4)
            """, "(?, ?, ?)");

    /** Of those that are named: how many there are, and how many that have not happened. */
    private static final Batch NAMED = new Batch("""
            select count(*), count(*) filter (where state = 0)
              from awaited
             where run = ? and kind = ? and subject in (%s)
            """, "?");

    private static final String ARMED =
            "select kind, subject from awaited indexed by awaited_armed where run = ? and armed <> 0 and state <> 2";
    private static final Batch ARM = new Batch("""
            update awaited
               set armed = ?1
             where run = ?2 and kind = ?3 and armed <> ?1 and state <> 2 and subject in (%s)
            """, "?");

    private static final String COPY = """
            insert into awaited (run, kind, subject, number, state, armed, version)
            values ((select number from run where id = ?), ?, ?, 0, ?, ?, ?)
            """;

    /** Something that is awaited. */
    private record Subject(int kind, long high, long low) {
        static Subject of(RunId run) {
            return new Subject(RUN, run.high(), run.low());
        }

        static Subject watched(RunId run) {
            return new Subject(WATCHED, run.high(), run.low());
        }

        static Subject of(TokenId token) {
            return new Subject(TOKEN, token.high(), token.low());
        }

        static Subject of(SeenValue value) {
            UUID id = Ids.value(value.name());
            return new Subject(VALUE, id.getMostSignificantBits(), id.getLeastSignificantBits());
        }

        static Subject read(ResultSet row) throws SQLException {
            RunId id = Ids.of(row.getBytes(2));
            return new Subject(row.getInt(1), id.high(), id.low());
        }
    }

    private Arming() {}

    /**
     * The run has begun to wait, and for nothing but this.
     *
     * @return whether its wait is over, since it has happened already, or is not there
     */
    static boolean arm(Tx tx, long run, Report.@Nullable Awaits awaits) throws SQLException {
        if (awaits == null) {
            set(tx, run, armedBut(tx, run, Set.of()), 0);
            return false;
        }
        Set<Subject> named = named(awaits);
        int armed = awaits.any() ? ANY : ALL;
        addTokens(tx, run, ofKind(named, TOKEN), armed);
        addValues(tx, run, versions(awaits), armed);
        if (isOver(tx, run, named, awaits.any())) {
            return true;
        }
        set(tx, run, armedBut(tx, run, named), 0);
        set(tx, run, named, armed);
        return false;
    }

    private static Set<Subject> named(Report.Awaits awaits) {
        Set<Subject> named = new LinkedHashSet<>();
        awaits.runs().forEach(run -> named.add(Subject.of(run)));
        awaits.tokens().forEach(token -> named.add(Subject.of(token)));
        awaits.values().forEach(value -> named.add(Subject.of(value)));
        awaits.watched().forEach(run -> named.add(Subject.watched(run)));
        return named;
    }

    private static List<Subject> ofKind(Collection<Subject> subjects, int kind) {
        return subjects.stream().filter(subject -> subject.kind() == kind).toList();
    }

    private static void addTokens(Tx tx, long run, List<Subject> tokens, int armed) throws SQLException {
        Batch.each(tokens, batch -> {
            Sql add = tx.sql(ADD_TOKENS.text(batch.size()));
            ids(add.set(run).set(tx.now()).set((long) armed), batch).update();
        });
    }

    /** Each value once, with the version of which a change is waited for. */
    private static Map<String, Long> versions(Report.Awaits awaits) {
        Map<String, Long> versions = new LinkedHashMap<>();
        for (SeenValue seen : awaits.values()) {
            versions.merge(seen.name(), seen.version(), (one, other) -> oneOf(one, other, awaits.any()));
        }
        return versions;
    }

    /** Of what was read in two versions, one at most is that of now: that suffices if any does. Else it is to change after both. */
    private static long oneOf(long one, long other, boolean any) {
        return any && one != other ? NO_VERSION : Math.max(one, other);
    }

    private static void addValues(Tx tx, long run, Map<String, Long> versions, int armed) throws SQLException {
        Batch.each(List.copyOf(versions.entrySet()), batch -> {
            Sql add = tx.sql(ADD_VALUES.text(batch.size())).set(run).set((long) armed);
            for (Map.Entry<String, Long> value : batch) {
                String name = value.getKey();
                add.set(Ids.bytes(Ids.value(name))).set(name).set((long) value.getValue());
            }
            add.update();
        });
    }

    private static boolean isOver(Tx tx, long run, Set<Subject> named, boolean any) throws SQLException {
        int[] rows = {0, 0};
        for (int kind = RUN; kind <= WATCHED; kind++) {
            long ofThis = kind;
            Batch.each(ofKind(named, kind), batch -> {
                Sql counts = tx.sql(NAMED.text(batch.size()));
                ids(counts.set(run).set(ofThis), batch).each(row -> {
                    rows[0] += row.getInt(1);
                    rows[1] += row.getInt(2);
                });
            });
        }
        return rows[1] == 0 || (any && rows[1] < rows[0]);
    }

    /** What it waits for so far, without these. */
    private static List<Subject> armedBut(Tx tx, long run, Set<Subject> named) throws SQLException {
        return tx.sql(ARMED).set(run).list(Subject::read).stream()
                .filter(subject -> !named.contains(subject))
                .toList();
    }

    private static void set(Tx tx, long run, Collection<Subject> subjects, int armed) throws SQLException {
        for (int kind = RUN; kind <= WATCHED; kind++) {
            long ofThis = kind;
            Batch.each(ofKind(subjects, kind), batch -> {
                Sql arm = tx.sql(ARM.text(batch.size()));
                ids(arm.set((long) armed).set(run).set(ofThis), batch).update();
            });
        }
    }

    private static Sql ids(Sql statement, List<Subject> subjects) throws SQLException {
        for (Subject subject : subjects) {
            statement.set(Ids.bytes(subject.high(), subject.low()));
        }
        return statement;
    }

    /** That a run in another store awaits a token, or has. */
    static void copy(Database database, Kept.AwaitedToken kept) throws SQLException {
        copy(database, kept.run(), Subject.of(kept.token()), kept.state(), kept.armed(), 0);
    }

    /** That a run in another store waits for a value to change, or has. */
    static void copy(Database database, Kept.AwaitedValue kept) throws SQLException {
        KeyHash value = kept.value();
        Subject subject = new Subject(VALUE, value.high(), value.low());
        copy(database, kept.run(), subject, kept.state(), kept.armed(), kept.version());
    }

    private static void copy(Database database, RunId run, Subject subject, int state, int armed, long version)
            throws SQLException {
        database.sql(COPY)
                .set(Ids.bytes(run))
                .set((long) subject.kind())
                .set(Ids.bytes(subject.high(), subject.low()))
                .set((long) state)
                .set((long) armed)
                .set(version)
                .update();
    }
}
