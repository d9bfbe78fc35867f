package dev.errand.store.sqlite;

import dev.errand.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/** Makes the tables, or brings them up to date: numbered files, applied once each under the write lock. */
final class Migrations {
    private static final List<String> FILES = List.of(
            "V1__runs.sql",
            "V2__locks.sql",
            "V3__batches.sql",
            "V4__schedules.sql",
            "V5__keys.sql",
            "V6__steps.sql",
            "V7__waits.sql",
            "V8__awaited.sql",
            "V9__tokens.sql",
            "V10__values.sql",
            "V11__tree.sql",
            "V12__lingering.sql",
            "V13__watched.sql",
            "V14__signals.sql",
            "V15__versions.sql",
            "V16__subscriptions.sql",
            "V17__api_keys.sql",
            "V18__blobs.sql",
            "V19__signing_keys.sql",
            "V20__token_keys.sql",
            "V21__open_batches.sql",
            "V22__gone_events.sql");
    /** The schema this code knows: the number of its newest migration. */
    static final int NEWEST = FILES.size();
    /** Marks a file as ours: "Errd". */
    private static final int APPLICATION = 0x45727264;

    private Migrations() {}

    /** Expects to hold the write lock. */
    static void apply(Location location, Database database) throws SQLException {
        refuseForeign(location, database);
        int version = version(database);
        if (version > NEWEST) {
            throw new StoreException(
                    "The database %s was made by a newer Errand (schema %d, this one knows %d); upgrade Errand"
                            .formatted(location.url(), version, NEWEST));
        }
        for (String file : FILES.subList(version, NEWEST)) {
            database.run(text(file));
        }
        if (version < NEWEST) {
            database.run("pragma application_id = " + APPLICATION);
            database.run("pragma user_version = " + NEWEST);
        }
    }

    static int version(Database database) throws SQLException {
        return (int) database.number("pragma user_version");
    }

    private static void refuseForeign(Location location, Database database) throws SQLException {
        long application = database.number("pragma application_id");
        boolean empty = database.number("select count(*) from sqlite_master") == 0;
        boolean ours = application == APPLICATION || (application == 0 && empty);
        if (!ours) {
            throw new StoreException("The database " + location.url()
                    + " belongs to another application and was left alone; name a file of Errand's own");
        }
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
