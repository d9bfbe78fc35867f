package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.store.sql.ColumnForms;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ids as they are stored: 16 bytes, so that those of runs sort as they were made. */
final class Ids {
    /** Ids and JSON are both kept as bytes. */
    static final ColumnForms FORMS = new ColumnForms() {
        @Override
        public RunId id(ResultSet row, int column) throws SQLException {
            return of(row.getBytes(column));
        }

        @Override
        public byte @Nullable [] nullableJson(ResultSet row, int column) throws SQLException {
            return row.getBytes(column);
        }
    };

    private Ids() {}

    static byte[] bytes(RunId id) {
        return bytes(id.high(), id.low());
    }

    static byte[] bytes(TokenId id) {
        return bytes(id.high(), id.low());
    }

    static byte[] bytes(UUID id) {
        return bytes(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    static byte[] bytes(long high, long low) {
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** As what a value is awaited. */
    static UUID value(String name) {
        return UUID.nameUUIDFromBytes(("errand.value:" + name).getBytes(StandardCharsets.UTF_8));
    }

    static RunId of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new RunId(buffer.getLong(), buffer.getLong());
    }

    static TokenId token(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new TokenId(buffer.getLong(), buffer.getLong());
    }
}
