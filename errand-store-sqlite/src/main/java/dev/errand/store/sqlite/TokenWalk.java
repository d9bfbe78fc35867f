package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.format.Times;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A walk through tokens along one index: from new ones to older ones, or where newer ones are asked for the other way. What other filters
 * leave out is looked at and passed.
 */
final class TokenWalk {
    /** So many pending ones are sorted, instead of searching for them among those that have timed out. */
    private static final long FEW = 1_000;

    private static final String PENDING = """
            select count(*)
              from (select 1 from token indexed by token_ends where ends > ? and state = 0 limit ?)
            """;

    /** Fills a condition's parameters. */
    private interface Parameter {
        void set(Sql sql) throws SQLException;
    }

    /** Conditions all of which are to hold. */
    private static final class Conditions {
        private final List<String> texts = new ArrayList<>();
        private final List<Parameter> parameters = new ArrayList<>();

        void add(String text, Parameter... filling) {
            texts.add(text);
            parameters.addAll(List.of(filling));
        }

        void fill(Sql sql) throws SQLException {
            for (Parameter parameter : parameters) {
                parameter.set(sql);
            }
        }

        String text() {
            return texts.isEmpty() ? "true" : String.join(" and ", texts);
        }
    }

    private final String created;
    private final String id;
    private final String from;
    private final Conditions along = new Conditions();
    private final Conditions checks = new Conditions();
    private boolean up;

    private TokenWalk(String created, String id, String from) {
        this.created = created;
        this.id = id;
        this.from = from;
    }

    /** Through tokens themselves, along one of their indexes. */
    private TokenWalk(String index) {
        this("token.created", "token.id", "token indexed by " + index);
    }

    /** All that some run's body created; the other filters of the query are checked. */
    static TokenWalk of(RunId run, TokenQuery query, long now) {
        TokenWalk walk = new TokenWalk("token_run");
        walk.along.add("token.run = ?", sql -> sql.set(Ids.bytes(run)));
        walk.checkTags(query.tags());
        walk.checkStates(query.states(), now);
        return walk;
    }

    /** All that were created under a key; the other filters of the query are checked. */
    static TokenWalk of(String key, TokenQuery query, long now) {
        TokenWalk walk = new TokenWalk("token_key_text");
        walk.along.add("token.key_text = ?", sql -> sql.set(key));
        walk.checkTags(query.tags());
        walk.checkStates(query.states(), now);
        return walk;
    }

    /** All with a tag; the states of the query are checked. */
    static TokenWalk tagged(String tag, TokenQuery query, long now) {
        TokenWalk walk = new TokenWalk(
                "token_tag.created", "token_tag.token", "token_tag cross join token on token.id = token_tag.token");
        walk.along.add("token_tag.tag = ?", sql -> sql.set(tag));
        walk.checkStates(query.states(), now);
        return walk;
    }

    /** All in one state. Whether the time of one has passed is checked, unless few are pending. */
    static TokenWalk of(Database database, TokenState state, long now) throws SQLException {
        boolean few = state == TokenState.PENDING
                && database.sql(PENDING).set(now).set(FEW).number() < FEW;
        TokenWalk walk = new TokenWalk(few ? "token_ends" : "token_state");
        walk.along.add("token.state = " + TokenRow.number(state));
        if (few) {
            walk.along.add("token.ends > ?", sql -> sql.set(now));
        } else {
            walk.checkStates(Set.of(state), now);
        }
        return walk;
    }

    /** All there are. */
    static TokenWalk ofAll() {
        return new TokenWalk("token_created");
    }

    /** Has it stop where what the query asks for ends, and check what it says besides. */
    void keepTo(TokenQuery query) {
        up = query.newer();
        Instant from = query.createdFrom();
        Instant until = query.createdUntil();
        if (up && until != null) {
            along.add(created + " < ?", sql -> sql.set(Times.micros(until)));
        }
        if (!up && from != null) {
            along.add(created + " >= ?", sql -> sql.set(Times.micros(from)));
        }
        if (query.run() != null && query.idempotencyKey() != null) {
            checks.add("token.key_text = ?", sql -> sql.set(query.idempotencyKey()));
        }
    }

    private void checkTags(List<String> tags) {
        if (!tags.isEmpty()) {
            String text = """
                    exists (select 1 from token_tag t where t.created = token.created and t.token = token.id and t.tag in (%s))
                    """.formatted(String.join(", ", Collections.nCopies(tags.size(), "?")));
            checks.add(
                    text.strip(),
                    tags.stream().map(tag -> (Parameter) sql -> sql.set(tag)).toArray(Parameter[]::new));
        }
    }

    private void checkStates(Set<TokenState> states, long now) {
        if (!states.isEmpty()) {
            List<String> any = new ArrayList<>();
            List<Parameter> times = new ArrayList<>();
            for (TokenState state : states) {
                String condition = condition(state);
                any.add(condition);
                if (condition.endsWith("?")) {
                    times.add(sql -> sql.set(now));
                }
            }
            checks.add("(" + String.join(" or ", any) + ")", times.toArray(Parameter[]::new));
        }
    }

    private static String condition(TokenState state) {
        return switch (state) {
            case COMPLETED -> "token.state = 1";
            case FAILED -> "token.state = 2";
            case PENDING -> "token.state = 0 and token.ends > ?";
            case TIMED_OUT -> "token.state = 0 and token.ends <= ?";
        };
    }

    /**
     * Looks at so many after a place.
     *
     * @param taker of those that no filter leaves out
     * @return the last that was looked at; null if there are no more
     */
    @Nullable
    TokenPlace after(Database database, TokenPlace place, int rows, Consumer<TokenPlace> taker) throws SQLException {
        Sql sql = database.sql(text());
        checks.fill(sql);
        along.fill(sql);
        List<TokenPlace> looked = new ArrayList<>();
        sql.set(place.at()).set(Ids.bytes(place.token())).set((long) rows).each(row -> {
            TokenPlace next = new TokenPlace(row.getLong(1), Ids.token(row.getBytes(2)));
            looked.add(next);
            if (row.getBoolean(3)) {
                taker.accept(next);
            }
        });
        return looked.size() < rows ? null : looked.getLast();
    }

    String text() {
        return """
                select %1$s, %2$s, %3$s
                  from %4$s
                 where %5$s and (%1$s, %2$s) %6$s (?, ?)
                 order by %1$s %7$s, %2$s %7$s
                 limit ?
                """.formatted(created, id, checks.text(), from, along.text(), up ? ">" : "<", up ? "asc" : "desc");
    }
}
