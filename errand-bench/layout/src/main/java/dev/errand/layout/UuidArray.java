package dev.errand.layout;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/** UUIDs as a parameter in binary form, as the product sends them; the driver has a form of text only. */
final class UuidArray extends PGobject implements PGBinaryObject {
    private static final long serialVersionUID = 1;
    private static final int UUID_OID = 2950;
    /** Of the array type: to be named to the driver, which else sends text. */
    static final int OID = 2951;

    private static final int HEADER = 5 * Integer.BYTES;
    private static final int ELEMENT = Integer.BYTES + 2 * Long.BYTES;

    private final transient UUID[] ids;

    UuidArray(UUID[] ids) throws java.sql.SQLException {
        this.ids = ids;
        setType("_uuid");
    }

    /** For connections that do not send this type in binary form. */
    @Override
    public String getValue() {
        return Arrays.stream(ids).map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public void setByteValue(byte[] value, int offset) {
        throw new UnsupportedOperationException("only sent, never read");
    }

    @Override
    public int lengthInBytes() {
        return HEADER + ids.length * ELEMENT;
    }

    @Override
    public void toBytes(byte[] target, int offset) {
        ByteBuffer buffer = ByteBuffer.wrap(target, offset, lengthInBytes());
        // Dimensions, no nulls, type of the elements; length and lower bound of the one dimension.
        buffer.putInt(1).putInt(0).putInt(UUID_OID).putInt(ids.length).putInt(1);
        for (UUID id : ids) {
            buffer.putInt(2 * Long.BYTES).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
    }
}
