package dev.errand.store.postgres;

import dev.errand.ErrandException;
import dev.errand.StoreException;
import dev.errand.store.StoreSettings;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says in one line what PostgreSQL's errors mean and what helps. */
final class PostgresErrors {
    private static final String TLS = "TLS";
    private static final String REFUSED = "28P01";
    /** By the driver, which calls that a connection that could not be made. */
    private static final String NO_PASSWORD = "no password was provided";

    private PostgresErrors() {}

    /** An exception of ours as it is, all others explained. */
    static RuntimeException toThrow(Settings settings, Throwable cause) {
        return switch (cause) {
            case ErrandException ours -> ours;
            case IllegalArgumentException ours -> ours;
            case IllegalStateException ours -> ours;
            default -> explain(settings, cause);
        };
    }

    static StoreException explain(Settings settings, Throwable cause) {
        String url = settings.shownUrl();
        // What the driver says may repeat a URL that it does not understand, with all that is in it.
        String said = StoreSettings.shown(String.valueOf(cause.getMessage()).replace('\n', ' '));
        String text = switch (isTls(cause, said) ? TLS : said.contains(NO_PASSWORD) ? REFUSED : state(cause)) {
            case TLS ->
                "No TLS connection to " + url
                        + "; see that the server takes TLS, that sslrootcert has its certificate, and that this"
                        + " is for the host's name, as far as sslmode asks for that: " + said;
            case REFUSED, "28000" -> "The database " + url + " refuses the user or the password: " + said;
            case "3D000" -> "There is no such database at " + url + ": " + said + "; create it first";
            case "08001", "08004" ->
                said.contains("targetServerType")
                        ? "No host of " + url
                                + " is such a server as is wanted, a primary unless the URL says otherwise:"
                                + " a standby can only be read. Name the primary, or all hosts of the cluster"
                        : "The database " + url
                                + " cannot be reached; see that it runs and that host and port are right: " + said;
            case "08000", "08003", "08006", "08007", "25P03", "57P01", "57P02", "57P03" ->
                "The connection to " + url + " broke: " + said;
            case "53300" ->
                "The database " + url
                        + " has no connection left; raise its max_connections, or let fewer nodes use it: " + said;
            case "53100" -> "The disk of the database " + url + " is full: nothing was written; free some space";
            case "25006" ->
                "The database " + url + " can only be read: a standby? Name the primary, or all hosts of the cluster";
            case "42501" -> "The user of " + url + " lacks a privilege (see docs/postgresql.md, roles): " + said;
            case "42P01", "3F000", "42883" ->
                "The schema '" + settings.schema() + "' of " + url + " lacks a table: " + said
                        + "; run errand store migrate";
            default -> "The store " + url + " failed: " + said;
        };
        return new StoreException(text, cause);
    }

    private static boolean isTls(Throwable error, String said) {
        boolean tls = said.contains("SSL") || said.contains("HostnameVerifier");
        return tls && state(error).startsWith("08");
    }

    /** Whether the connection is of no use any more, or the server is not for now: trying again on a new one may help. */
    static boolean isOutage(Throwable error) {
        String state = state(error);
        return state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25006")
                || state.equals("25P03")
                || state.equals("53300");
    }

    /** Whether the same transaction may succeed at once if it is tried again: a deadlock, a serialization failure. */
    static boolean isPassing(Throwable error) {
        String state = state(error);
        return state.equals("40001") || state.equals("40P01") || state.equals("55P03");
    }

    static boolean isLockTimeout(Throwable error) {
        return state(error).equals("55P03");
    }

    static boolean isDuplicate(Throwable error) {
        return state(error).equals("23505");
    }

    /** The SQL state; empty if there is none. */
    static String state(@Nullable Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }
}
