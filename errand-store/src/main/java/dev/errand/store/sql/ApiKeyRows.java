package dev.errand.store.sql;

import dev.errand.ApiKey;
import dev.errand.Role;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Rows of keys of programs. */
public final class ApiKeyRows {
    /** Of {@link #key}. */
    public static final String COLUMNS = "id, name, role, start, created, used, revoked";

    private ApiKeyRows() {}

    /** Puts what a row says of a key that is new, after which its hash follows. */
    public static Sql set(Sql statement, ApiKey key) throws SQLException {
        return statement
                .set(key.id())
                .set(key.name())
                .set(key.role().name())
                .set(key.start())
                .set(Times.micros(key.createdAt()));
    }

    public static ApiKey key(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getString(1),
                row.getString(2),
                Role.valueOf(row.getString(3)),
                row.getString(4),
                Times.instant(row.getLong(5)),
                Times.instant(Sql.nullable(row, 6)),
                Times.instant(Sql.nullable(row, 7)));
    }
}
