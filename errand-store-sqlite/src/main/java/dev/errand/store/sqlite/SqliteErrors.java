package dev.errand.store.sqlite;

import dev.errand.ErrandException;
import dev.errand.StoreException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Says in one line what SQLite's errors mean and what helps. */
final class SqliteErrors {
    private static final int PRIMARY = 0xFF;

    private SqliteErrors() {}

    static StoreException explain(Location location, Throwable cause) {
        if (cause instanceof StoreException known) {
            return known;
        }
        SQLiteErrorCode code = code(cause);
        String url = location.url();
        if (code == null) {
            return new StoreException("The store " + url + " failed: " + cause.getMessage(), cause);
        }
        String text = switch (code) {
            case SQLITE_FULL -> "The disk is full: nothing was written to " + url + "; free some space and try again";
            case SQLITE_READONLY -> "The database " + url + " cannot be written; change its permissions";
            case SQLITE_NOTADB -> location.file() + " is not a SQLite database; name another file";
            case SQLITE_CORRUPT ->
                "The database " + url + " is damaged; restore a copy, or save what can be read with sqlite3's .recover";
            case SQLITE_CANTOPEN -> "The database " + url + " cannot be opened; look at its folder's permissions";
            case SQLITE_BUSY, SQLITE_LOCKED ->
                "Another process has kept the database " + url + " locked for too long; see who has it open";
            case SQLITE_IOERR -> "The disk failed under " + url + ": " + cause.getMessage();
            default -> "The store " + url + " failed: " + cause.getMessage();
        };
        return new StoreException(text, cause);
    }

    /** Whether it is only that somebody else is writing. */
    static boolean isBusy(@Nullable Throwable error) {
        SQLiteErrorCode code = code(error);
        return code == SQLiteErrorCode.SQLITE_BUSY || code == SQLiteErrorCode.SQLITE_LOCKED;
    }

    /** An exception of ours as it is, all others explained. */
    static RuntimeException toThrow(Location location, Throwable cause) {
        return switch (cause) {
            case ErrandException ours -> ours;
            case IllegalArgumentException ours -> ours;
            default -> explain(location, cause);
        };
    }

    private static @Nullable SQLiteErrorCode code(@Nullable Throwable error) {
        if (!(error instanceof SQLiteException sqlite)) {
            return null;
        }
        int number = sqlite.getResultCode().code & PRIMARY;
        return SQLiteErrorCode.getErrorCode(number);
    }
}
