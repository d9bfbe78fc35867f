package dev.errand.store.sqlite;

import dev.errand.RunId;
import java.nio.ByteBuffer;

/** Run ids as they are stored: 16 bytes, so that they sort as they were made. */
final class Ids {
    private Ids() {}

    static byte[] bytes(RunId id) {
        return ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array();
    }

    static RunId of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new RunId(buffer.getLong(), buffer.getLong());
    }
}
