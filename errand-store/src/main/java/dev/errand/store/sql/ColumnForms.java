package dev.errand.store.sql;

import dev.errand.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a database keeps what no two databases keep alike. Columns are counted from 1. */
public interface ColumnForms {
    RunId id(ResultSet row, int column) throws SQLException;

    /** JSON in UTF-8. */
    byte @Nullable [] nullableJson(ResultSet row, int column) throws SQLException;

    /** Of a column that is never null. */
    default byte[] json(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(nullableJson(row, column));
    }
}
