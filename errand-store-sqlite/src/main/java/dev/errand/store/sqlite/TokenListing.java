package dev.errand.store.sqlite;

import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.TokenState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lists tokens, newest first. The filter that narrows most drives: each of its values is one walk down an index that is in this order, the
 * other filters are checked on the way, and what the walks find is merged. Read are only those on the page: their values may be large.
 */
final class TokenListing {
    private TokenListing() {}

    /** @param now in microseconds */
    static Page<TokenInfo> list(Database database, TokenQuery query, long now) throws SQLException {
        TokenPlace after = query.cursor() == null ? TokenPlace.LAST : TokenPlace.parse(query.cursor());
        Set<TokenPlace> found = new TreeSet<>(TokenPlace.ORDER.reversed());
        for (TokenWalk walk : walks(database, query, now)) {
            found.addAll(walk.after(database, after, query.limit() + 1));
        }
        List<TokenPlace> page = found.stream().limit(query.limit()).toList();
        return new Page<>(
                read(database, query, page, now),
                found.size() > page.size() ? page.getLast().toString() : null);
    }

    /** But those of which what the query says is true no more. */
    private static List<TokenInfo> read(Database database, TokenQuery query, List<TokenPlace> page, long now)
            throws SQLException {
        List<TokenInfo> tokens = new ArrayList<>();
        for (TokenPlace place : page) {
            TokenRow.find(database, place.token(), now)
                    .filter(token ->
                            query.states().isEmpty() || query.states().contains(token.state()))
                    .ifPresent(tokens::add);
        }
        return tokens;
    }

    static List<TokenWalk> walks(Database database, TokenQuery query, long now) throws SQLException {
        RunId run = query.run();
        if (run != null) {
            return List.of(TokenWalk.of(run, query, now));
        }
        if (!query.tags().isEmpty()) {
            return query.tags().stream().map(tag -> TokenWalk.of(tag, query, now)).toList();
        }
        if (query.states().isEmpty()) {
            return List.of(TokenWalk.ofAll());
        }
        List<TokenWalk> walks = new ArrayList<>();
        for (TokenState state : query.states()) {
            walks.add(TokenWalk.of(database, state, now));
        }
        return walks;
    }
}
