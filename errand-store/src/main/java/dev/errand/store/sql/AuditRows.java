package dev.errand.store.sql;

import dev.errand.AuditEntry;
import dev.errand.AuditQuery;
import dev.errand.Role;
import dev.errand.store.format.JsonReader;
import dev.errand.store.format.JsonText;
import dev.errand.store.format.Times;
import dev.errand.store.sql.BatchRows.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Statements about the audit log, of which all stores keep tables alike. They name the schema {@code errand}. */
public final class AuditRows {
    private static final String NOTE = """
            insert into errand.audit (id, at, who, key, role, token, action, subject, remote)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (id) do nothing
            """;
    private static final String LIST = """
            select id, at, who, key, role, token, action, subject, remote
              from errand.audit
             where id < ? and at >= ? and at < ? and (? = '' or key = ?)
             order by id desc
             limit ?
            """;
    private static final String PRUNE = """
            delete from errand.audit where id in (select id from errand.audit where at < ? order by id limit ?)
            """;
    /** Greater than all ids. */
    private static final String LAST = "~";

    private AuditRows() {}

    public static int note(Statements statements, AuditEntry entry) throws SQLException {
        return statements
                .sql(NOTE)
                .set(entry.id())
                .set(Times.micros(entry.at()))
                .set(entry.who())
                .set(entry.key())
                .set(entry.role().name())
                .set(entry.token() ? 1L : 0L)
                .set(entry.action())
                .set(JsonText.of(new TreeMap<>(entry.subject())))
                .set(entry.from())
                .update();
    }

    public static List<AuditEntry> list(Statements statements, AuditQuery query) throws SQLException {
        Instant from = query.from();
        Instant until = query.until();
        String key = query.key() == null ? "" : query.key();
        return statements
                .sql(LIST)
                .set(query.cursor() == null ? LAST : query.cursor())
                .set(from == null ? Long.MIN_VALUE : Times.micros(from))
                .set(until == null ? Long.MAX_VALUE : Times.micros(until))
                .set(key)
                .set(key)
                .set((long) query.limit())
                .list(AuditRows::read);
    }

    private static AuditEntry read(ResultSet row) throws SQLException {
        Map<String, String> subject = new LinkedHashMap<>();
        JsonReader.object(row.getString(8)).forEach((name, value) -> subject.put(name, String.valueOf(value)));
        return new AuditEntry(
                row.getString(1),
                Times.instant(row.getLong(2)),
                row.getString(3),
                row.getString(4),
                Role.valueOf(row.getString(5)),
                row.getLong(6) != 0,
                row.getString(7),
                subject,
                row.getString(9));
    }

    /** Answers how many were deleted. */
    public static int prune(Statements statements, long before, int limit) throws SQLException {
        return statements.sql(PRUNE).set(before).set((long) limit).update();
    }
}
