package dev.errand.store.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One prepared statement of a connection: fill its parameters from left to right, then run it. Used by one thread at a time. */
public final class Sql {
    /** Makes something of a row. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Looks at a row. */
    @FunctionalInterface
    public interface Visitor {
        void visit(ResultSet row) throws SQLException;
    }

    private final PreparedStatement statement;
    private int filled;

    public Sql(PreparedStatement statement) {
        this.statement = statement;
    }

    public Sql set(long value) throws SQLException {
        statement.setLong(++filled, value);
        return this;
    }

    public Sql set(@Nullable Long value) throws SQLException {
        statement.setObject(++filled, value);
        return this;
    }

    public Sql set(@Nullable String value) throws SQLException {
        statement.setString(++filled, value);
        return this;
    }

    public Sql set(byte @Nullable [] value) throws SQLException {
        statement.setBytes(++filled, value);
        return this;
    }

    /** What the driver knows how to send: arrays, UUIDs. */
    public Sql setObject(@Nullable Object value) throws SQLException {
        statement.setObject(++filled, value);
        return this;
    }

    /** Runs a statement that changes rows. */
    public int update() throws SQLException {
        filled = 0;
        return statement.executeUpdate();
    }

    /** Runs a statement that answers nothing. */
    public void run() throws SQLException {
        filled = 0;
        statement.execute();
    }

    public void each(Visitor visitor) throws SQLException {
        filled = 0;
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                visitor.visit(rows);
            }
        }
    }

    public <T> List<T> list(Reader<T> reader) throws SQLException {
        List<T> list = new ArrayList<>();
        each(row -> list.add(reader.read(row)));
        return list;
    }

    public <T> Optional<T> first(Reader<T> reader) throws SQLException {
        filled = 0;
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        }
    }

    /** The only number asked for; 0 if there is none. */
    public long number() throws SQLException {
        filled = 0;
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** What the database remarked when the statement ran last; null for nothing. */
    public @Nullable SQLWarning warnings() throws SQLException {
        return statement.getWarnings();
    }

    public void close() {
        try {
            statement.close();
        } catch (SQLException e) {
            // It is of no use any more, which is why it is closed.
        }
    }

    public static @Nullable Long nullable(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
