package dev.errand.store.sql;

import dev.errand.store.sql.BatchRows.Statements;
import java.sql.SQLException;
import java.util.List;

/** Statements about statistics, of which all stores keep tables alike. They name the schema {@code errand}. */
public final class StatisticRows {
    private static final String KEEP = """
            insert into errand.statistic (minute, part, text) values (?, ?, ?) on conflict (minute, part) do nothing
            """;
    private static final String LIST =
            "select minute, text from errand.statistic where minute >= ? and minute < ? order by minute, part";
    private static final String FORGET = "delete from errand.statistic where minute < ?";

    /** A part of what ended in a minute. */
    public record Part(long minute, String text) {}

    private StatisticRows() {}

    public static int keep(Statements statements, String part, long minute, String text) throws SQLException {
        return statements.sql(KEEP).set(minute).set(part).set(text).update();
    }

    public static List<Part> list(Statements statements, long from, long until) throws SQLException {
        return statements.sql(LIST).set(from).set(until).list(row -> new Part(row.getLong(1), row.getString(2)));
    }

    public static int forget(Statements statements, long before) throws SQLException {
        return statements.sql(FORGET).set(before).update();
    }
}
