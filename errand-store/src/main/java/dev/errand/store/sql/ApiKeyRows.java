package dev.errand.store.sql;

import dev.errand.ApiKey;
import dev.errand.KeySigning;
import dev.errand.Role;
import dev.errand.SealedApiKey;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Rows of keys of programs. */
public final class ApiKeyRows {
    /** Of {@link #key} and {@link #sealed}. */
    public static final String COLUMNS = "id, name, role, start, created, used, revoked, sealed";

    /** In the start of a secret whose owner has servers sign. */
    private static final String SERVER = "_sk_";

    private ApiKeyRows() {}

    /** Puts what a row says of a key that is new, after which its hash follows. */
    public static Sql set(Sql statement, SealedApiKey sealed) throws SQLException {
        ApiKey key = sealed.key();
        return statement
                .set(key.id())
                .set(key.name())
                .set(key.role().name())
                .set(key.start())
                .set(Times.micros(key.createdAt()))
                .set(sealed.sealed());
    }

    public static ApiKey key(ResultSet row) throws SQLException {
        String start = row.getString(4);
        return new ApiKey(
                row.getString(1),
                row.getString(2),
                Role.valueOf(row.getString(3)),
                signing(start, row.getString(8)),
                start,
                Times.instant(row.getLong(5)),
                Times.instant(Sql.nullable(row, 6)),
                Times.instant(Sql.nullable(row, 7)));
    }

    private static KeySigning signing(String start, @Nullable String sealed) {
        if (sealed != null) {
            return KeySigning.OWNER;
        }
        return start.contains(SERVER) ? KeySigning.SERVER : KeySigning.NONE;
    }

    public static SealedApiKey sealed(ResultSet row) throws SQLException {
        return new SealedApiKey(key(row), row.getString(8));
    }
}
