package dev.errand.store.postgres;

import dev.errand.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the tables, or brings them up to date: numbered files, applied once each under an advisory lock. What is new is made in one
 * transaction; what is there is brought up to date file by file, since who locks several tables that nodes use comes to deadlocks with them.
 * A migration only adds, so that nodes of the version before go on working, also between two files; what they must not meet any more raises
 * {@code oldest}.
 */
final class Migrations {
    private static final List<String> FILES = List.of(
            "V1__runs.sql",
            "V2__trigger.sql",
            "V3__locks.sql",
            "V4__batches.sql",
            "V5__schedules.sql",
            "V6__keys.sql",
            "V7__steps.sql",
            "V8__keys_due.sql",
            "V9__claims_in_place.sql",
            "V10__waits.sql",
            "V11__new_limits.sql",
            "V12__children.sql",
            "V13__tokens.sql",
            "V14__values.sql",
            "V15__tree.sql",
            "V16__pending.sql",
            "V17__lingering.sql",
            "V18__watched.sql",
            "V19__signals.sql",
            "V20__versions.sql",
            "V21__sql_options.sql",
            "V22__subscriptions.sql",
            "V23__api_keys.sql",
            "V24__blobs.sql",
            "V25__signing_keys.sql",
            "V26__token_keys.sql",
            "V27__open_batches.sql",
            "V28__gone_events.sql");
    /** The schema this code knows: the number of its newest migration. */
    static final int NEWEST = FILES.size();

    /** How long to try to lock tables that nodes use all the time. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
    /**
     * While a migration waits for a table, everybody else waits behind it: rather let them go first and come again. But on a machine that is
     * too busy for that it has to wait longer than the server takes to find a deadlock, which makes the others give way now and then.
     */
    private static final int FIRST_WAIT_MILLIS = 500;

    private static final int LONGEST_WAIT_MILLIS = 4_000;

    private static final int OLDEST_SERVER = 140_000;
    /** Asked of the catalogue's tables: functions like to_regclass may not see yet what was committed while one waited for the lock. */
    private static final String SCHEMA = "select oid from pg_namespace where nspname = ?";

    private static final String RESERVED = "select 1 from pg_get_keywords() where word = ? and catcode in ('R', 'T')";

    private static final String TABLE =
            "select oid from pg_class where relname = 'version' and relnamespace = (" + SCHEMA + ")";
    private static final String VERSION = "select max(number), max(oldest) from errand.version";
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended('errand.version', 0))";
    private static final String ADD = "insert into errand.version (number, oldest) values (?, ?)";

    /**
     * What the database holds.
     *
     * @param number of the newest migration in it; 0 for none
     * @param oldest the schema number that code must know at least to work on it
     */
    record Version(int number, int oldest) {}

    private Migrations() {}

    /**
     * Makes or migrates the tables if need be.
     *
     * @param known the schema the code knows: {@link #NEWEST}, or less to be as code was that knew no more
     */
    static void apply(Settings settings, Database database, int known) throws SQLException {
        checkServer(settings, database);
        Version version = version(database);
        refuseNewer(settings, version, known);
        if (version.number() >= known) {
            return;
        }
        if (!settings.migrates()) {
            throw outdated(settings, version);
        }
        Connection connection = database.connection();
        int timeout = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, 0); // others may be at it, and tables may be large
        try {
            int reached = version.number();
            while (reached < known) {
                reached = advance(settings, database, known);
            }
        } catch (SQLException e) {
            if (PostgresErrors.state(e).equals("42501")) {
                throw lacksPrivilege(settings, version, e);
            }
            throw e;
        }
        connection.setNetworkTimeout(Runnable::run, timeout);
    }

    /**
     * Again and again: it locks in an order of its own while nodes work, which may last too long, or come to a deadlock. The deadline is
     * for these locks; for another who migrates it waits as long as that takes. Answers the newest migration that is there then.
     */
    private static int advance(Settings settings, Database database, int known) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int wait = FIRST_WAIT_MILLIS;
        while (true) {
            try {
                return migrate(settings, database, known, wait);
            } catch (SQLException e) {
                if (!PostgresErrors.isPassing(e)) {
                    throw e;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw held(settings, e);
                }
            }
            database.rollback();
            wait = Math.min(wait * 3 / 2, LONGEST_WAIT_MILLIS);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE.toNanos()));
        }
    }

    private static int migrate(Settings settings, Database database, int known, int wait) throws SQLException {
        database.begin();
        database.sql(LOCK).each(row -> {});
        Version locked = version(database);
        refuseNewer(settings, locked, known);
        database.run("set local lock_timeout = " + wait);
        create(database, locked);
        int last = locked.number() == 0 ? known : Math.min(locked.number() + 1, known);
        for (int number = locked.number() + 1; number <= last; number++) {
            database.run(text(FILES.get(number - 1)));
            database.sql(ADD).set((long) number).set(1L).update();
        }
        database.commit();
        return Math.max(last, locked.number());
    }

    private static void create(Database database, Version version) throws SQLException {
        if (version.number() == 0) {
            if (isThere(database, RESERVED)) {
                throw new StoreException("'%s' cannot be the schema's name: it is a word of SQL; take another"
                        .formatted(database.schema()));
            }
            // Where the schema was made by the owner for a role that may not make schemas, it is there.
            if (!isThere(database, SCHEMA)) {
                database.run("create schema " + database.schema());
            }
            database.run("create table errand.version (number int primary key, oldest int not null,"
                    + " applied timestamptz not null default now())");
        }
    }

    static Version version(Database database) throws SQLException {
        return isThere(database, TABLE)
                ? database.sql(VERSION)
                        .first(row -> new Version(row.getInt(1), row.getInt(2)))
                        .orElse(new Version(0, 0))
                : new Version(0, 0);
    }

    private static boolean isThere(Database database, String what) throws SQLException {
        return database.sql(what).set(database.schema()).first(row -> true).orElse(false);
    }

    private static void checkServer(Settings settings, Database database) throws SQLException {
        String url = settings.shownUrl();
        long server = database.sql("select current_setting('server_version_num')::int")
                .number();
        if (server < OLDEST_SERVER) {
            throw new StoreException(
                    "The database %s is PostgreSQL %d; 14 or newer is needed".formatted(url, server / 10_000));
        }
        boolean standby = database.sql("select pg_is_in_recovery()")
                .first(row -> row.getBoolean(1))
                .orElse(false);
        if (standby) {
            throw new StoreException("The database " + url
                    + " is a standby and can only be read; name the primary, or all hosts of the cluster");
        }
        String encoding = database.sql("select current_setting('server_encoding')")
                .first(row -> row.getString(1))
                .orElse("");
        if (!encoding.equals("UTF8")) {
            throw new StoreException(
                    "The database %s has the encoding %s; create one with UTF8".formatted(url, encoding));
        }
    }

    private static void refuseNewer(Settings settings, Version version, int known) {
        if (version.oldest() > known) {
            throw new StoreException(
                    "The schema '%s' of %s was made by a newer Errand (schema %d, this one knows %d); upgrade Errand"
                            .formatted(settings.schema(), settings.shownUrl(), version.number(), known));
        }
    }

    private static StoreException outdated(Settings settings, Version version) {
        return new StoreException("%s, layout %d of %d; run errand store migrate as their owner"
                .formatted(missing(settings, version), version.number(), NEWEST));
    }

    private static String missing(Settings settings, Version version) {
        return (version.number() == 0 ? "There are no tables of Errand's in" : "Errand's tables are out of date in")
                + " the schema '%s' of %s".formatted(settings.schema(), settings.shownUrl());
    }

    private static StoreException held(Settings settings, SQLException cause) {
        return new StoreException(
                "The schema '%s' of %s could not be migrated for %d s: other transactions hold its tables (%s); end those that stay open, see pg_stat_activity"
                        .formatted(settings.schema(), settings.shownUrl(), PATIENCE.toSeconds(), cause.getMessage()),
                cause);
    }

    private static StoreException lacksPrivilege(Settings settings, Version version, SQLException cause) {
        return new StoreException(
                "%s, and this user may not make them; run errand store migrate as the owner (%s)"
                        .formatted(missing(settings, version), cause.getMessage()),
                cause);
    }

    private static String text(String file) {
        try (InputStream in = Migrations.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("migration " + file + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("migration " + file + " cannot be read", e);
        }
    }
}
