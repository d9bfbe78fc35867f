package dev.errand.store.postgres;

import dev.errand.Json;
import dev.errand.ValueInfo;
import dev.errand.store.format.Times;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** The rows of values. */
final class ValueRows {
    /** What {@link #read} reads. */
    static final String COLUMNS = "name, version, value, at";

    private ValueRows() {}

    static ValueInfo read(ResultSet row) throws SQLException {
        return new ValueInfo(
                row.getString(1), row.getLong(2), new Json(row.getString(3)), Times.instant(row.getLong(4)));
    }

    /** By which it is found, and its waits: a hash of its name, the same in all stores. */
    static UUID subject(String name) {
        return UUID.nameUUIDFromBytes(("errand.value:" + name).getBytes(StandardCharsets.UTF_8));
    }
}
