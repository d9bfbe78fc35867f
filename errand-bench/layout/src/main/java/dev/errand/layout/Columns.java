package dev.errand.layout;

import dev.errand.RunId;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Fills the parameters of a statement with columns of rows: arrays, for unnest. */
final class Columns<T> {
    private final PGConnection driver;
    private final Sql statement;
    private final List<T> rows;

    Columns(PGConnection driver, Sql statement, List<T> rows) {
        this.driver = driver;
        this.statement = statement;
        this.rows = rows;
    }

    Columns<T> ints(ToIntFunction<T> value) throws SQLException {
        return array("int4", rows.stream().mapToInt(value).toArray());
    }

    Columns<T> longs(ToLongFunction<T> value) throws SQLException {
        return array("int8", rows.stream().mapToLong(value).toArray());
    }

    Columns<T> ids(Function<T, RunId> value) throws SQLException {
        UUID[] ids = new UUID[rows.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Ids.uuid(value.apply(rows.get(i)));
        }
        statement.setObject(new UuidArray(ids));
        return this;
    }

    Columns<T> texts(Function<T, String> value) throws SQLException {
        String[] texts = new String[rows.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = value.apply(rows.get(i));
        }
        return array("text", texts);
    }

    /** As many as there are rows, all false. */
    Columns<T> no() throws SQLException {
        return array("bool", new boolean[rows.size()]);
    }

    /** As many as there are rows, all null. */
    Columns<T> nothing(String type) throws SQLException {
        return array(type, type.equals("text") ? new @Nullable String[rows.size()] : new @Nullable Long[rows.size()]);
    }

    Columns<T> array(String type, Object elements) throws SQLException {
        statement.setObject(driver.createArrayOf(type, elements));
        return this;
    }
}
