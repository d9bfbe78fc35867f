package dev.errand.store.postgres;

import dev.errand.Json;
import dev.errand.StoreException;
import dev.errand.ValueInfo;
import dev.errand.store.ValueStore;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Values. Who sets one within a transaction of a user's has the advisory lock of its name alone until that ends, whether there is one or
 * not; so has who sets one here that there is to be none yet of, while those who change one share it: of these the row itself says who was
 * first. A version is taken under the lock, so that it is larger than the one before. Nobody here waits for such a transaction in the
 * database, see {@link InTurn}.
 *
 * <p>A change leaves a row in {@code errand.changed}, and that is all it does for those who wait for it: see {@link ValueChanges}.
 * Whether there are any is asked after its commit, and only then is somebody told to look: who begins to wait later is looked at after that
 * wait's commit, and the look sees the change.
 */
final class Values implements ValueStore {
    private static final String FIND = "select " + ValueRows.COLUMNS + " from errand.value where subject = ?";

    /** Each through the index, whatever the statistics say. */
    static final String FIND_ALL = """
            select v.*
              from unnest(?::uuid[]) u(subject)
             cross join lateral (
                 select name, version, value, at
                   from errand.value
                  where subject = u.subject
                  limit 1) v
            """;

    private static final String LIST =
            "select " + ValueRows.COLUMNS + " from errand.value where name > ? order by name limit ?";

    private static final String FIND_UNDER = """
            select v.*
              from unnest(?::text[]) u(name)
             cross join lateral (
                 select name, version, value, at
                   from errand.value
                  where name >= u.name || ':' and name < u.name || ';'
                  order by name) v
            """;

    /** Nothing is written before the lock is had. */
    private static final String ALONE = "with turn as materialized (select pg_try_advisory_xact_lock(?) as taken), ";

    private static final String SHARED =
            "with turn as materialized (select pg_try_advisory_xact_lock_shared(?) as taken), ";

    private static final String CHANGED = """
            , changed as (
                insert into errand.changed (version, subject) select version, subject from written)
            """;

    /** Whether the lock was had, and what was written. */
    private static final String TRIED = CHANGED + " select taken, (select version from written) from turn";

    private static final String ADD = ALONE + """
            written as (
                insert into errand.value (subject, name, version, value, at)
                select ?::uuid, ?::text, nextval('errand.value_version'), ?::text, ?::bigint from turn where taken
                    on conflict (subject) do nothing
                returning version, subject)
            """ + TRIED;

    private static final String CHANGE = SHARED + """
            written as (
                update errand.value
                   set version = nextval('errand.value_version'), value = ?, at = ?
                 where subject = ? and version = ? and (select taken from turn)
                returning version, subject)
            """ + TRIED;

    private static final String REMOVE = SHARED + """
            written as (
                delete from errand.value
                 where subject = ? and version = ? and (select taken from turn)
                returning nextval('errand.value_version') as version, subject)
            """ + TRIED;

    private static final String LOCK = "select pg_advisory_xact_lock(?)::text";

    private static final String NOTIFY = " select version, case when ? then pg_notify(?, ?)::text end from written";

    /** Waits for the lock. Whatever is there by then is changed, also if it came meanwhile. */
    private static final String SET_WITHIN = """
            with turn as materialized (select pg_advisory_xact_lock(?)::text as taken),
            written as (
                insert into errand.value (subject, name, version, value, at)
                select ?::uuid, ?::text, nextval('errand.value_version'), ?::text, ?::bigint from turn where taken is not null
                    on conflict (subject) do update
                   set version = excluded.version, value = excluded.value, at = excluded.at
                returning version, subject)
            """ + CHANGED + NOTIFY;

    /** Under the lock. */
    private static final String REMOVE_WITHIN = """
            with written as (
                delete from errand.value
                 where subject = ?
                returning nextval('errand.value_version') as version, subject)
            """ + CHANGED + NOTIFY;

    /**
     * Of a value that was not found, whether the transaction only does not see it: one that sees the database as it was when it began is
     * refused then (40001), as of a value that it sees and somebody has changed. For this moment there is one, which nobody else sees.
     */
    private static final String IS_NONE =
            "insert into errand.value (subject, name, version, value, at) values (?, ?, 0, 'null', 0) on conflict do nothing";

    private static final String STAYS_NONE = "delete from errand.value where subject = ? and version = 0";

    /** What was looked at and has happened is over. A wait that is open, or that nobody has looked at, may be over now. */
    static final String IS_AWAITED =
            "select true from errand.awaited where kind = 2 and state <> 2 and subject = ? limit 1";

    private static final String AWAITED = """
            select u.name
              from unnest(?::text[], ?::uuid[]) u(name, subject)
             cross join lateral (
                 select true
                   from errand.awaited
                  where kind = 2 and state <> 2 and subject = u.subject
                  order by subject, run
                  limit 1) w
            """;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private static final String LETTERS = String.valueOf(new char[] {Notice.VALUES.letter(), Notice.AWAITED.letter()});

    /**
     * What came of setting a value.
     *
     * @param version 0 if it was another one, and nothing was written
     */
    private record Written(long version, long at) {}

    /** A statement with its parameters. */
    private interface Attempt {
        Sql on(Database database, long now) throws SQLException;
    }

    private final Surroundings surroundings;
    private final Pool pool;
    private final UserTransactions userTransactions;
    private final InTurn patience = new InTurn(PATIENCE);
    private final long ofSchema;

    Values(Surroundings surroundings, Pool pool, UserTransactions userTransactions) {
        this.surroundings = surroundings;
        this.pool = pool;
        this.userTransactions = userTransactions;
        this.ofSchema = ValueRows.subject(surroundings.settings().schema()).getLeastSignificantBits();
    }

    // ── questions

    @Override
    public Optional<ValueInfo> find(String name) {
        return pool.ask(database ->
                database.sql(FIND).setObject(ValueRows.subject(name)).first(ValueRows::read));
    }

    @Override
    public List<ValueInfo> find(List<String> names) {
        UUID[] subjects = names.stream().distinct().map(ValueRows::subject).toArray(UUID[]::new);
        return subjects.length == 0
                ? List.of()
                : pool.ask(database -> database.sql(FIND_ALL)
                        .setObject(new UuidArray(subjects))
                        .list(ValueRows::read));
    }

    @Override
    public List<ValueInfo> list(String after, int limit) {
        return pool.ask(
                database -> database.sql(LIST).set(after).set((long) limit).list(ValueRows::read));
    }

    @Override
    public List<ValueInfo> findUnder(List<String> names) {
        return names.isEmpty()
                ? List.of()
                : pool.ask(database -> database.sql(FIND_UNDER)
                        .setObject(database.array("text", Columns.texts(names, Columns::storable)))
                        .list(ValueRows::read));
    }

    @Override
    public List<String> awaited(List<String> names) {
        UUID[] subjects = names.stream().map(ValueRows::subject).toArray(UUID[]::new);
        return subjects.length == 0
                ? List.of()
                : pool.ask(database -> database.sql(AWAITED)
                        .setObject(database.array("text", names.toArray()))
                        .setObject(new UuidArray(subjects))
                        .list(row -> row.getString(1)));
    }

    // ── here

    @Override
    public Optional<ValueInfo> set(String name, long version, byte @Nullable [] json) {
        if (json == null && version == 0) {
            return find(name).isPresent() ? Optional.empty() : Optional.of(ValueInfo.none(name));
        }
        UUID subject = ValueRows.subject(name);
        String text = json == null ? null : new String(json, StandardCharsets.UTF_8);
        Written written = patience.untilFree(
                () -> tryOnce(subject, (database, now) -> fill(database, subject, name, version, text, now)),
                () -> new StoreException(
                        "A transaction has the value '%s' at %s and stays open; nothing was written, set it again once it has ended"
                                .formatted(name, surroundings.settings().shownUrl())));
        if (written.version() == 0) {
            return Optional.empty();
        }
        return Optional.of(
                text == null
                        ? ValueInfo.none(name)
                        : new ValueInfo(name, written.version(), new Json(text), Times.instant(written.at())));
    }

    private Sql fill(Database database, UUID subject, String name, long version, @Nullable String text, long now)
            throws SQLException {
        if (text == null) {
            return database.sql(REMOVE).set(key(subject)).setObject(subject).set(version);
        }
        return version == 0
                ? database.sql(ADD)
                        .set(key(subject))
                        .setObject(subject)
                        .set(Columns.storable(name))
                        .set(text)
                        .set(now)
                : database.sql(CHANGE)
                        .set(key(subject))
                        .set(text)
                        .set(now)
                        .setObject(subject)
                        .set(version);
    }

    /** Null if somebody has the lock. */
    private @Nullable Written tryOnce(UUID subject, Attempt attempt) {
        long now = surroundings.now();
        try {
            Written written = pool.once(database -> run(attempt.on(database, now), now));
            if (written != null && written.version() != 0) {
                surroundings.committed(notices(isAwaited(subject)));
            }
            return written;
        } catch (StoreException e) {
            if (PostgresErrors.isOutage(e)) {
                surroundings.committed(notices(true)); // it may be, of which only the answer was lost
            }
            throw e;
        }
    }

    /** After the commit, in a snapshot of its own. */
    boolean isAwaited(UUID subject) {
        try {
            return pool.ask(database -> database.sql(IS_AWAITED)
                    .setObject(subject)
                    .first(row -> true)
                    .isPresent());
        } catch (StoreException e) {
            return true; // it may be; the value was set
        }
    }

    /** For those who watch values, and those who look after runs that wait for this one. */
    private static Set<Notice> notices(boolean awaited) {
        return awaited ? EnumSet.of(Notice.VALUES, Notice.AWAITED) : EnumSet.of(Notice.VALUES);
    }

    /** A transaction of its own. */
    private static @Nullable Written run(Sql statement, long now) throws SQLException {
        List<Written> written = new ArrayList<>(1);
        statement.each(row -> {
            if (row.getBoolean(1)) {
                written.add(new Written(row.getLong(2), now));
            }
        });
        Database.requireReplicated(statement.warnings());
        return written.isEmpty() ? null : written.getFirst();
    }

    // ── within transactions of users'

    @Override
    public Optional<ValueInfo> lock(Connection connection, String name) throws SQLException {
        UUID subject = ValueRows.subject(name);
        try (Database database = userTransactions.within(connection)) {
            database.sql(LOCK).set(key(subject)).each(row -> {});
            Optional<ValueInfo> found =
                    database.sql(FIND + " for update").setObject(subject).first(ValueRows::read);
            if (found.isEmpty()) {
                requireNone(database, subject, name);
            }
            return found;
        }
    }

    /** Under the lock, of one that was not found. In a transaction of which each statement sees what is committed by then, it is not there. */
    private static void requireNone(Database database, UUID subject, String name) throws SQLException {
        if (database.connection().getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED) {
            database.sql(IS_NONE).setObject(subject).set(Columns.storable(name)).update();
            database.sql(STAYS_NONE).setObject(subject).update();
        }
    }

    @Override
    public ValueInfo set(Connection connection, String name, byte @Nullable [] json) throws SQLException {
        UUID subject = ValueRows.subject(name);
        try (Database database = userTransactions.within(connection)) {
            if (json == null) {
                database.sql(LOCK).set(key(subject)).each(row -> {});
                if (notifying(database.sql(REMOVE_WITHIN).setObject(subject))
                        .list(row -> row.getLong(1))
                        .isEmpty()) {
                    requireNone(database, subject, name);
                }
                return ValueInfo.none(name);
            }
            long now = surroundings.now();
            String text = new String(json, StandardCharsets.UTF_8);
            Sql set = database.sql(SET_WITHIN)
                    .set(key(subject))
                    .setObject(subject)
                    .set(Columns.storable(name))
                    .set(text)
                    .set(now);
            long version = notifying(set).number();
            return new ValueInfo(name, version, new Json(text), Times.instant(now));
        }
    }

    /** With the commit, if there is one. */
    private Sql notifying(Sql statement) throws SQLException {
        return statement
                .setObject(surroundings.settings().notifies())
                .set(Notifier.channel(surroundings.settings().schema()))
                .set(UserTransactions.payload(LETTERS));
    }

    /** Of the advisory lock, of which there is one for all schemas of the database. */
    long key(UUID subject) {
        return ofSchema ^ subject.getMostSignificantBits() ^ subject.getLeastSignificantBits();
    }
}
