package dev.errand.layout;

import dev.errand.store.format.ClaimIds;
import dev.errand.store.sql.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Claims under a limit of one at a time for each key: walks from key to key by the index, passes over keys of which a row is held, and takes
 * the first row of each of the others, if it can lock it. A row of {@code permit}, whose primary key is the key, is what no two nodes can
 * have, whatever each of them sees: a commit that violates it fails, which takes a run with a head start that comes just then; nobody
 * waits in the ordinary case, since rows that are locked are passed over. Keys take turns: the next claim goes on after the last key.
 */
final class KeyedClaim {
    private static final String CLAIM = """
            with recursive walk(key, position, id) as (
                (select key, position, ID
                   from errand.TABLE
                  where task = ? and key > ?IN_LINE
                  order by task, key, position, ID
                  limit 1)
                 union all
                select next.*
                  from walk
                 cross join lateral (
                     select key, position, ID
                       from errand.TABLE
                      where task = ? and key > walk.keyIN_LINE
                      order by task, key, position, ID
                      limit 1) next),
            head as materialized (
                select k.key, k.place
                  from (select *
                          from walk    -- not by an anti-join, which might walk to the end before it hands out the first
                         where (select true from errand.permit where task = ? and key = walk.key limit 1) is null
                         limit ?) free
                 cross join lateral (
                     select key, ctid as place
                       from errand.TABLE
                      where task = ? and key = free.key and position = free.position and ID = free.id and claim = 0IN_LINE
                        for update skip locked) k
                 where exists (select 1 from errand.node where number = ? and gone is null)),
            permitted as (
                insert into errand.permit (task, key, claim)
                select ?, key, ?
                  from head),
            k as (
                update errand.TABLE
                   set claim = ?
                 where ctid = any(array(select place from head))
                returning *)
            select k.key, k.position, k.ID, k.claim, ANSWER
              from k
              JOIN
            """;

    /** Gives the permits of claims back. */
    static final String FREED = """
            freed as (
                delete from errand.permit p
                 using gone
                 where p.task = gone.task and p.key = gone.key and p.claim = gone.claim)""";

    private final Db db;
    private final long node;
    private final String statement;
    private long claims;
    private String after = "";

    /**
     * For the rows of a table.
     *
     * @param id the column that tells runs of a key and position apart
     * @param inLine which rows are in the line, as the predicate of its index says; empty for all
     * @param join more tables for the answer about a claimed row {@code k}
     * @param answer what else is wanted of them, from the fifth column on
     */
    KeyedClaim(Db db, long node, String table, String id, String inLine, String join, String answer) {
        this.db = db;
        this.node = node;
        this.statement = CLAIM.replace("TABLE", table)
                .replace("ID", id)
                .replace("IN_LINE", inLine)
                .replace("JOIN", join)
                .replace("ANSWER", answer);
    }

    /** Makes something of a claimed row. */
    interface Reader<T> {
        T read(Hold hold, ResultSet row) throws SQLException;
    }

    /** Claims rows of at most so many keys; if there are no more after the last key, from the first on. */
    <T> List<T> claim(int keys, Reader<T> reader) throws SQLException {
        List<T> claimed = look(keys, reader);
        if (claimed.size() < keys) {
            after = "";
            claimed.addAll(look(keys - claimed.size(), reader));
        }
        return claimed;
    }

    private <T> List<T> look(int keys, Reader<T> reader) throws SQLException {
        long id = ClaimIds.id(node, ++claims);
        List<T> claimed = new ArrayList<>();
        Sql claim = db.sql(statement)
                .set((long) NewRun.KEYED)
                .set(after)
                .set((long) NewRun.KEYED)
                .set((long) NewRun.KEYED)
                .set((long) keys)
                .set((long) NewRun.KEYED)
                .set(node)
                .set((long) NewRun.KEYED)
                .set(id)
                .set(id);
        claim.each(row -> {
            String key = row.getString(1);
            after = key.compareTo(after) > 0 ? key : after;
            Hold hold = new Hold(NewRun.KEYED, key, row.getLong(2), Ids.of(row.getObject(3)), row.getLong(4));
            claimed.add(reader.read(hold, row));
        });
        return claimed;
    }
}
