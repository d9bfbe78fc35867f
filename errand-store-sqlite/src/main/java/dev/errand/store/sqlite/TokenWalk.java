package dev.errand.store.sqlite;

import dev.errand.RunId;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.store.sql.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** A walk through tokens, newest first, along one index, past those that other filters leave out. */
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

    private final String created;
    private final String id;
    private final StringBuilder text = new StringBuilder();
    private final List<Parameter> parameters = new ArrayList<>();

    private TokenWalk(String created, String id, String from) {
        this.created = created;
        this.id = id;
        text.append("select %s, %s from %s where true".formatted(created, id, from));
    }

    /** Through tokens themselves, along one of their indexes. */
    private TokenWalk(String index) {
        this("token.created", "token.id", "token indexed by " + index);
    }

    /** All that some run's body created; the other filters of the query are checked. */
    static TokenWalk of(RunId run, TokenQuery query, long now) {
        TokenWalk walk = new TokenWalk("token_run");
        walk.add(" and token.run = ?", sql -> sql.set(Ids.bytes(run)));
        walk.tags(query.tags());
        walk.states(query.states(), now);
        return walk;
    }

    /** All with a tag; the states of the query are checked. */
    static TokenWalk of(String tag, TokenQuery query, long now) {
        TokenWalk walk = new TokenWalk(
                "token_tag.created", "token_tag.token", "token_tag cross join token on token.id = token_tag.token");
        walk.add(" and token_tag.tag = ?", sql -> sql.set(tag));
        walk.states(query.states(), now);
        return walk;
    }

    /** All in one state. */
    static TokenWalk of(Database database, TokenState state, long now) throws SQLException {
        boolean few = state == TokenState.PENDING
                && database.sql(PENDING).set(now).set(FEW).number() < FEW;
        TokenWalk walk = new TokenWalk(few ? "token_ends" : "token_state");
        walk.states(Set.of(state), now);
        return walk;
    }

    /** All there are. */
    static TokenWalk ofAll() {
        return new TokenWalk("token_created");
    }

    private void add(String condition, Parameter parameter) {
        text.append(condition);
        parameters.add(parameter);
    }

    private void tags(List<String> tags) {
        if (!tags.isEmpty()) {
            text.append(" and exists (select 1 from token_tag t where t.created = token.created and t.token = token.id and t.tag in (");
            text.append(String.join(", ", Collections.nCopies(tags.size(), "?"))).append("))");
            tags.forEach(tag -> parameters.add(sql -> sql.set(tag)));
        }
    }

    private void states(Set<TokenState> states, long now) {
        String join = " and (";
        for (TokenState state : states) {
            text.append(join);
            state(state, now);
            join = " or ";
        }
        text.append(states.isEmpty() ? "" : ")");
    }

    private void state(TokenState state, long now) {
        switch (state) {
            case COMPLETED -> text.append("token.state = 1");
            case FAILED -> text.append("token.state = 2");
            case PENDING -> add("token.state = 0 and token.ends > ?", sql -> sql.set(now));
            case TIMED_OUT -> add("token.state = 0 and token.ends <= ?", sql -> sql.set(now));
        }
    }

    /** Finds so many after a place. */
    List<TokenPlace> after(Database database, TokenPlace place, int limit) throws SQLException {
        Sql sql = database.sql(text());
        for (Parameter parameter : parameters) {
            parameter.set(sql);
        }
        return sql.set(place.at())
                .set(Ids.bytes(place.token()))
                .set((long) limit)
                .list(row -> new TokenPlace(row.getLong(1), Ids.token(row.getBytes(2))));
    }

    String text() {
        return text + " and (%1$s, %2$s) < (?, ?) order by %1$s desc, %2$s desc limit ?".formatted(created, id);
    }
}
