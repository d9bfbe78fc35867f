package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.store.sql.ColumnForms;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ids of runs and tokens as PostgreSQL knows them: as UUIDs, which it sorts as {@link RunId} does. */
final class Ids {
    /** JSON is kept as text. */
    static final ColumnForms FORMS = new ColumnForms() {
        @Override
        public RunId id(ResultSet row, int column) throws SQLException {
            return of(row.getObject(column));
        }

        @Override
        public byte @Nullable [] nullableJson(ResultSet row, int column) throws SQLException {
            String json = row.getString(column);
            return json == null ? null : json.getBytes(StandardCharsets.UTF_8);
        }
    };

    private Ids() {}

    static UUID uuid(RunId id) {
        return new UUID(id.high(), id.low());
    }

    static RunId of(Object uuid) {
        UUID id = (UUID) uuid;
        return new RunId(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    static UUID uuid(TokenId id) {
        return new UUID(id.high(), id.low());
    }

    static TokenId token(Object uuid) {
        UUID id = (UUID) uuid;
        return new TokenId(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
