package dev.errand.store.sqlite;

import dev.errand.TokenQuery;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the list a query is about, and which way it goes.
 *
 * @param start the part begins behind it
 * @param order as the tokens are met: older ones later, unless newer ones are asked for
 */
record TokenRange(TokenPlace start, Comparator<TokenPlace> order) {
    static TokenRange of(TokenQuery query) {
        return query.newer() ? newer(query) : older(query);
    }

    private static TokenRange newer(TokenQuery query) {
        Instant from = query.createdFrom();
        TokenPlace first = from == null ? TokenPlace.FIRST : TokenPlace.before(from);
        return after(first, query.cursor(), TokenPlace.ORDER);
    }

    private static TokenRange older(TokenQuery query) {
        Instant until = query.createdUntil();
        TokenPlace last = until == null ? TokenPlace.LAST : TokenPlace.before(until);
        return after(last, query.cursor(), TokenPlace.ORDER.reversed());
    }

    private static TokenRange after(TokenPlace first, @Nullable String cursor, Comparator<TokenPlace> order) {
        TokenPlace place = cursor == null ? first : TokenPlace.parse(cursor);
        return new TokenRange(order.compare(place, first) > 0 ? place : first, order);
    }
}
