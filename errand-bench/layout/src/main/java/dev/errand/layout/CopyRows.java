package dev.errand.layout;

import dev.errand.RunId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** Rows in the binary form of PostgreSQL's COPY, as the product brings many. */
final class CopyRows {
    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int NULL = -1;

    private ByteBuffer bytes = ByteBuffer.allocate(1 << 18);

    CopyRows() {
        bytes.put(SIGNATURE).putInt(0).putInt(0);
    }

    /** Begins a row of so many columns. */
    CopyRows row(int columns) {
        room(Short.BYTES).putShort((short) columns);
        return this;
    }

    CopyRows int2(int value) {
        room(Integer.BYTES + Short.BYTES).putInt(Short.BYTES).putShort((short) value);
        return this;
    }

    CopyRows int4(int value) {
        room(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(value);
        return this;
    }

    CopyRows int8(long value) {
        room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
        return this;
    }

    CopyRows uuid(RunId id) {
        room(Integer.BYTES + 2 * Long.BYTES)
                .putInt(2 * Long.BYTES)
                .putLong(id.high())
                .putLong(id.low());
        return this;
    }

    CopyRows text(byte[] utf8) {
        room(Integer.BYTES + utf8.length).putInt(utf8.length).put(utf8);
        return this;
    }

    CopyRows text(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** So many columns are null. */
    CopyRows nothing(int columns) {
        for (int i = 0; i < columns; i++) {
            room(Integer.BYTES).putInt(NULL);
        }
        return this;
    }

    /** Sends them within the present transaction. */
    void send(CopyManager copy, String statement) throws SQLException {
        room(Short.BYTES).putShort((short) -1);
        CopyIn in = copy.copyIn(statement);
        in.writeToCopy(bytes.array(), 0, bytes.position());
        in.endCopy();
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            bytes = ByteBuffer.allocate(2 * bytes.capacity() + more).put(bytes.flip());
        }
        return bytes;
    }
}
