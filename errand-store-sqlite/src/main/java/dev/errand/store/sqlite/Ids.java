package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.store.sql.ColumnForms;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Run ids as they are stored: 16 bytes, so that they sort as they were made. */
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
        return ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array();
    }

    static RunId of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new RunId(buffer.getLong(), buffer.getLong());
    }
}
