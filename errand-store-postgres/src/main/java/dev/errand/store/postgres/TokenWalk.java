package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A way down the tokens, the newest first, for a query, or up where newer ones are asked for: through all that have one of some values in a
 * column, of which an index has them in order. Of each value the next are met, and of these the next in all.
 *
 * @param values an array
 */
record TokenWalk(TokenQuery query, String statement, String type, Object values) {
    /** As the index has keys, which are too long for one as they are. */
    private static final int START_OF_KEY = 200;

    /**
     * An index.
     *
     * @param match what is true of those with a value v.value
     * @param id where the table has the token's
     * @param type of the values
     */
    private record Along(String table, String match, String id, String type) {
        TokenWalk walk(TokenQuery query, Object values) {
            return new TokenWalk(query, statement(this, query), type, values);
        }
    }

    private static final Along RUNS = new Along("errand.token", "run = v.value", "id", "uuid");
    private static final Along KEYS =
            new Along("errand.token", "left(key_text, 200) = v.value and key_text is not null", "id", "text");
    private static final Along TAGS = new Along("errand.token_tag", "tag = v.value", "token", "text");
    private static final Along STATES = new Along("errand.token", "state = v.value", "id", "int4");

    /** What was met, and whether it fits. */
    private record Met(TokenPlace place, boolean fits) {}

    /** By the filter that narrows most. */
    static TokenWalk of(TokenQuery query) {
        RunId run = query.run();
        if (run != null) {
            return RUNS.walk(query, new UUID[] {Ids.uuid(run)});
        }
        if (query.idempotencyKey() != null) {
            return KEYS.walk(query, new String[] {start(query.idempotencyKey())});
        }
        return query.tags().isEmpty() ? STATES.walk(query, stored(query)) : TAGS.walk(query, tags(query));
    }

    private static String start(String key) {
        String text = Objects.requireNonNull(Columns.storable(key));
        int most = Math.min(START_OF_KEY, text.codePointCount(0, text.length()));
        return text.substring(0, text.offsetByCodePoints(0, most));
    }

    private static Set<TokenState> states(TokenQuery query) {
        return query.states().isEmpty() ? EnumSet.allOf(TokenState.class) : query.states();
    }

    private static String statement(Along along, TokenQuery query) {
        return """
                with met as materialized (
                    select created, id
                      from unnest(?::%4$s[]) v(value)
                     cross join lateral (
                         select created, %3$s as id
                           from %1$s
                          where %2$s and (created, %3$s) %5$s (?, ?)%7$s
                          order by created %6$s, %3$s %6$s
                          limit ?) one
                     group by created, id
                     order by created %6$s, id %6$s
                     limit ?)
                select created, id,
                       (select (? or tags && ?::text[])
                               and (?::text is null or key_text = ?)
                               and case when state <> 0 then state when timeout > ? then 0 else 3 end = any(?::int[])
                          from errand.token
                         where id = met.id) is true
                  from met
                 order by created %6$s, id %6$s
                """.formatted(
                        along.table(),
                        along.match(),
                        along.id(),
                        along.type(),
                        query.newer() ? ">" : "<",
                        query.newer() ? "asc" : "desc",
                        ends(query) ? end(along, query) : "");
    }

    private static String end(Along along, TokenQuery query) {
        return " and (created, %s) %s (?, ?)".formatted(along.id(), query.newer() ? "<" : ">");
    }

    /** Whether it ends before the list does. */
    private static boolean ends(TokenQuery query) {
        return (query.newer() ? query.createdUntil() : query.createdFrom()) != null;
    }

    /**
     * The next step.
     *
     * @param rows how many to meet after the start
     * @param found takes those that fit
     * @return the last that was met; null if that was the end
     */
    @Nullable
    TokenPlace after(Database database, TokenPlace start, int rows, long now, List<TokenPlace> found)
            throws SQLException {
        int[] states = states(query).stream().mapToInt(TokenWalk::number).toArray();
        String key = Columns.storable(query.idempotencyKey());
        Sql sql = database.sql(statement)
                .setObject(database.array(type, values))
                .set(start.created())
                .setObject(Ids.uuid(start.id()));
        if (ends(query)) {
            TokenPlace end = TokenPlace.end(query);
            sql.set(end.created()).setObject(Ids.uuid(end.id()));
        }
        List<Met> met = sql.set((long) rows)
                .set((long) rows)
                .setObject(query.tags().isEmpty())
                .setObject(database.array("text", tags(query)))
                .set(key)
                .set(key)
                .set(now)
                .setObject(database.array("int4", states))
                .list(row -> new Met(TokenPlace.read(row), row.getBoolean(3)));
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
