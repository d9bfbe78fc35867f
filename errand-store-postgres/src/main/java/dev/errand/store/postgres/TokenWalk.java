package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.postgres.TokenListing.Place;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A way down the tokens, the newest first, for a query: down all that have one of some values in a column, of which an index has them in
 * order. Of each value the newest are met, and of these the newest in all.
 *
 * @param values an array
 */
record TokenWalk(TokenQuery query, String statement, String type, Object values) {
    private static final String OF_RUN = down("errand.token", "run", "id", "uuid");
    private static final String OF_TAGS = down("errand.token_tag", "tag", "token", "text");
    private static final String OF_STATES = down("errand.token", "state", "id", "int4");

    /** What was met, and whether it fits. */
    private record Met(Place place, boolean fits) {}

    /** By the filter that narrows most. */
    static TokenWalk of(TokenQuery query) {
        RunId run = query.run();
        if (run != null) {
            return new TokenWalk(query, OF_RUN, "uuid", new UUID[] {Ids.uuid(run)});
        }
        return query.tags().isEmpty()
                ? new TokenWalk(query, OF_STATES, "int4", stored(query))
                : new TokenWalk(query, OF_TAGS, "text", tags(query));
    }

    private static Set<TokenState> states(TokenQuery query) {
        return query.states().isEmpty() ? EnumSet.allOf(TokenState.class) : query.states();
    }

    private static String down(String table, String column, String id, String type) {
        return """
                with met as materialized (
                    select created, id
                      from unnest(?::%4$s[]) v(value)
                     cross join lateral (
                         select created, %3$s as id
                           from %1$s
                          where %2$s = v.value and (created, %3$s) < (?, ?)
                          order by created desc, %3$s desc
                          limit ?) one
                     group by created, id
                     order by created desc, id desc
                     limit ?)
                select created, id,
                       (select (? or tags && ?::text[])
                               and case when state <> 0 then state when timeout > ? then 0 else 3 end = any(?::int[])
                          from errand.token
                         where id = met.id) is true
                  from met
                 order by created desc, id desc
                """.formatted(table, column, id, type);
    }

    /**
     * The next step.
     *
     * @param rows how many to meet below the top
     * @param found takes those that fit
     * @return the last that was met; null if that was the end
     */
    @Nullable
    Place below(Database database, Place top, int rows, long now, List<Place> found) throws SQLException {
        int[] states = states(query).stream().mapToInt(TokenWalk::number).toArray();
        List<Met> met = database.sql(statement)
                .setObject(database.array(type, values))
                .set(top.created())
                .setObject(Ids.uuid(top.id()))
                .set((long) rows)
                .set((long) rows)
                .setObject(query.tags().isEmpty())
                .setObject(database.array("text", tags(query)))
                .set(now)
                .setObject(database.array("int4", states))
                .list(row -> new Met(Place.read(row), row.getBoolean(3)));
        met.stream().filter(Met::fits).map(Met::place).forEach(found::add);
        return met.size() < rows ? null : met.getLast().place();
    }

    /** As the statement computes it. */
    private static int number(TokenState state) {
        return state == TokenState.TIMED_OUT ? TokenRows.TIMED_OUT : TokenRows.number(state);
    }

    private static int[] stored(TokenQuery query) {
        return states(query).stream().mapToInt(TokenRows::number).distinct().toArray();
    }

    private static @Nullable String[] tags(TokenQuery query) {
        return Columns.texts(query.tags(), Columns::storable);
    }
}
