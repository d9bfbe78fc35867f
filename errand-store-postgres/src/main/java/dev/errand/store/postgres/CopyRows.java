package dev.errand.store.postgres;

import dev.errand.RunId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** Rows in the binary form of PostgreSQL's COPY ("COPY", File Formats, in its manual): the cheapest way to bring many. */
final class CopyRows {
    /** The rows to be copied in, and by which statement. */
    record Copied(CopyRows rows, String statement) {}

    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

    private byte[] bytes = new byte[1 << 16];
    private int length;

    CopyRows() {
        bytes(SIGNATURE);
        fixed32(0);
        fixed32(0);
    }

    /** Begins a row of so many columns. */
    CopyRows row(int columns) {
        fixed16(columns);
        return this;
    }

    CopyRows bool(boolean value) {
        fixed32(1);
        reserve(1);
        bytes[length++] = (byte) (value ? 1 : 0);
        return this;
    }

    CopyRows int2(int value) {
        fixed32(Short.BYTES);
        fixed16(value);
        return this;
    }

    CopyRows int2(@Nullable Integer value) {
        return value == null ? nothing() : int2(value.intValue());
    }

    CopyRows int4(int value) {
        fixed32(Integer.BYTES);
        fixed32(value);
        return this;
    }

    CopyRows int8(long value) {
        fixed32(Long.BYTES);
        fixed64(value);
        return this;
    }

    CopyRows int8(@Nullable Long value) {
        return value == null ? nothing() : int8(value.longValue());
    }

    CopyRows uuid(RunId id) {
        fixed32(2 * Long.BYTES);
        fixed64(id.high());
        fixed64(id.low());
        return this;
    }

    CopyRows text(byte[] utf8) {
        fixed32(utf8.length);
        bytes(utf8);
        return this;
    }

    CopyRows text(@Nullable String text) {
        return text == null ? nothing() : text(text.getBytes(StandardCharsets.UTF_8));
    }

    private CopyRows nothing() {
        fixed32(-1);
        return this;
    }

    /** Sends them within the present transaction. */
    void send(CopyManager copy, String statement) throws SQLException {
        fixed16(-1);
        CopyIn in = copy.copyIn(statement);
        try {
            in.writeToCopy(bytes, 0, length);
            in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }

    private void bytes(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void fixed16(int value) {
        reserve(Short.BYTES);
        bytes[length++] = (byte) (value >> 8);
        bytes[length++] = (byte) value;
    }

    private void fixed32(int value) {
        reserve(Integer.BYTES);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >> shift);
        }
    }

    private void fixed64(long value) {
        reserve(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >> shift);
        }
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
