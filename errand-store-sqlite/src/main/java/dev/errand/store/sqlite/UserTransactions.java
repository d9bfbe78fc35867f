package dev.errand.store.sqlite;

import dev.errand.StoreException;
import dev.errand.store.Claim;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What is done in transactions of users' on the store's file. It is what the writer does, in its place: while one writes it holds the lock for which
 * the writer waits, and the writer reads anew what it keeps in memory once others have written. All of a call's writes are made, or none.
 */
final class UserTransactions {
    /** A pragma, not a query: that would begin to read, and who reads already does not wait for who writes but fails. */
    private static final String DATABASES = "pragma database_list";

    /** Takes the lock and writes nothing: whoever reads first may find that he may not write any more. */
    private static final String LOCK = "update node set port = port where false";

    private static final String WANTED = """
            select exists (select 1 from live where number = ? and claim = ? and cancel is null)
            """;

    private final Location location;
    private final Clock clock;
    private final Writer writer;
    private final LongSupplier node;

    /** @param node this process's number; 0 while it is none */
    UserTransactions(Location location, Clock clock, Writer writer, LongSupplier node) {
        this.location = location;
        this.clock = clock;
        this.writer = writer;
        this.node = node;
    }

    Receipt complete(Connection connection, Supplier<Report.@Nullable Noted> noted, Report.Ended end)
            throws SQLException {
        return write(connection, tx -> isWanted(tx, end.claim()) ? record(tx, noted.get(), end) : Receipt.LOST);
    }

    private static boolean isWanted(Tx tx, Claim claim) throws SQLException {
        return tx.sql(WANTED).set(claim.number()).set(claim.id()).number() != 0;
    }

    private static Receipt record(Tx tx, Report.@Nullable Noted noted, Report.Ended end) throws SQLException {
        List<Report> reports = noted == null ? List.of(end) : List.of(noted, end);
        return Recording.record(tx, reports).getLast();
    }

    /** Nobody tells of the commit: the writer looks for it from now on, and tells others. */
    <T> T write(Connection connection, Command.Work<T> work) throws SQLException {
        T result = lock(connection, database -> {
            Tx tx = new Tx(database, clock);
            tx.becomeNode(node.getAsLong());
            return atomically(database, tx, work);
        });
        writer.expect();
        return result;
    }

    /** Asks for what nobody else changes until the transaction ends. */
    <T> T lock(Connection connection, Readers.Question<T> question) throws SQLException {
        Database database = Database.of(connection);
        try {
            checkSame(connection, database);
            takeLock(database);
            return question.ask(database);
        } finally {
            database.forgetStatements();
        }
    }

    private static <T> T atomically(Database database, Tx tx, Command.Work<T> work) throws SQLException {
        database.run("savepoint errand");
        try {
            tx.begin();
            T result = work.apply(tx);
            tx.settle();
            tx.finish();
            database.run("release errand");
            return result;
        } catch (SQLException | RuntimeException e) {
            database.forgetStatements();
            database.run("rollback to errand");
            database.run("release errand");
            throw e;
        }
    }

    private void checkSame(Connection connection, Database database) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        if (!product.equals("SQLite")) {
            throw new IllegalArgumentException("The connection leads to %s, the store is %s; they must be one database"
                    .formatted(product, location.url()));
        }
        String file = mainFile(database);
        if (!isSame(file)) {
            throw new IllegalArgumentException("The connection leads to %s, the store is %s; they must be one database"
                    .formatted(file.isEmpty() ? "a database in memory" : file, location.url()));
        }
    }

    /** Empty for a database in memory. */
    private static String mainFile(Database database) throws SQLException {
        return database
                .sql(DATABASES)
                .list(row -> row.getString("name").equals("main") ? row.getString("file") : "")
                .stream()
                .collect(Collectors.joining());
    }

    private boolean isSame(String file) {
        try {
            return !file.isEmpty() && Files.isSameFile(Path.of(file), location.file());
        } catch (IOException e) {
            return false;
        }
    }

    private void takeLock(Database database) throws SQLException {
        try {
            database.run(LOCK);
        } catch (SQLiteException e) {
            if (e.getResultCode() == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT) {
                throw new StoreException(
                        "The transaction on %s began by reading, and the database has changed since, so that it cannot write any more; "
                                        .formatted(location.url())
                                + "roll back and repeat it, or begin it with a write or as immediate (transaction_mode=IMMEDIATE)",
                        e);
            }
            throw SqliteErrors.explain(location, e);
        }
    }
}
