package dev.errand.store.postgres;

import dev.errand.store.StoreHealth;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the database is, as far as anybody connected to it may know. */
final class Health {
    private static final long MANY_DEAD = 1_000_000;

    /** Settings that put what was committed at risk, or let the database swell; and what to say of each. */
    private static final Map<String, String> RISKS = Map.of(
            "fsync", "fsync is off: what is committed may be lost, and the database ruined, by a crash of the machine",
            "full_page_writes", "full_page_writes is off: the database may be ruined by a crash of the machine",
            "synchronous_commit", "synchronous_commit is off: what was acknowledged may be lost by a crash",
            "autovacuum", "autovacuum is off: tables will swell and become slow");

    private static final String SETTINGS =
            "select name from pg_settings where name = any(?::text[]) and setting = 'off' order by name";

    private static final String FACTS = """
            select current_setting('server_version'), pg_is_in_recovery(),
                   (select pg_encoding_to_char(encoding) from pg_database where datname = current_database())
            """;

    private static final String BYTES = """
            select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
              from pg_class c
             where c.relnamespace = to_regnamespace(?) and c.relkind = 'r'
            """;

    private static final String OLDEST = """
            select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::bigint / 60
              from pg_stat_activity
             where xact_start is not null and backend_type = 'client backend'
            """;

    private static final String DEAD =
            "select coalesce(max(n_dead_tup), 0) from pg_stat_user_tables where schemaname = ? and relname = 'chunk'";

    private static final String FORBIDDEN = """
            select c.relname
              from pg_class c
             where c.relnamespace = to_regnamespace(?)
               and case c.relkind
                   when 'r' then not (has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
                                      and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))
                   when 'S' then not (has_sequence_privilege(c.oid, 'usage') and has_sequence_privilege(c.oid, 'select')
                                      and has_sequence_privilege(c.oid, 'update'))
                   else false
                   end
             order by c.relname
            """;

    private static final long OLD_MINUTES = 10;

    /** What one row says of the server. */
    private record Facts(String version, boolean standby, String encoding) {}

    private Health() {}

    static StoreHealth of(Database database) throws SQLException {
        Facts facts = database.sql(FACTS)
                .first(row -> new Facts(row.getString(1), row.getBoolean(2), row.getString(3)))
                .orElseThrow();
        long bytes = database.sql(BYTES).set(database.schema()).number();
        return new StoreHealth(
                "PostgreSQL " + facts.version(),
                Migrations.version(database).number(),
                bytes,
                -1,
                problems(database, facts));
    }

    private static List<String> problems(Database database, Facts facts) throws SQLException {
        List<String> problems = new ArrayList<>();
        database.sql(SETTINGS)
                .setObject(database.array("text", RISKS.keySet().toArray()))
                .each(row -> problems.add(RISKS.getOrDefault(row.getString(1), "")));
        if (facts.standby()) {
            problems.add("The server is a standby, which can only be read");
        }
        if (!facts.encoding().equals("UTF8")) {
            problems.add("The database's encoding is " + facts.encoding()
                    + ": not all text can be stored; it should be UTF8");
        }
        List<String> forbidden = database.sql(FORBIDDEN).set(database.schema()).list(row -> row.getString(1));
        if (!forbidden.isEmpty()) {
            problems.add("This user lacks privileges on " + String.join(", ", forbidden)
                    + "; the owner grants them (see docs/postgresql.md, roles)");
        }
        long minutes = database.sql(OLDEST).number();
        if (minutes >= OLD_MINUTES) {
            problems.add("A transaction has been open for " + minutes
                    + " minutes: what it may still see cannot be cleaned up, and tables swell");
        }
        long dead = database.sql(DEAD).set(database.schema()).number();
        if (dead > MANY_DEAD) {
            problems.add(
                    "The table of waiting runs holds " + dead
                            + " dead rows: vacuum does not keep up, or an old transaction or replication slot keeps it from it");
        }
        return problems;
    }
}
