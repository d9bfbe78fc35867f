package dev.errand.store.sqlite;

import dev.errand.TokenId;
import dev.errand.store.format.Times;
import java.time.Instant;
import java.util.Comparator;

/**
 * Where a token stands among those in order of a time and their ids.
 *
 * @param at in microseconds
 */
record TokenPlace(long at, TokenId token) {
    /** Ids as they are stored. */
    static final Comparator<TokenPlace> ORDER = Comparator.comparingLong(TokenPlace::at)
            .thenComparing(place -> place.token().high(), Long::compareUnsigned)
            .thenComparing(place -> place.token().low(), Long::compareUnsigned);

    private static final TokenId NONE = new TokenId(0, 0);

    static final TokenPlace FIRST = new TokenPlace(Long.MIN_VALUE, NONE);
    static final TokenPlace LAST = new TokenPlace(Long.MAX_VALUE, NONE);

    /** Before all of a time and later ones. */
    static TokenPlace before(Instant at) {
        return new TokenPlace(Times.micros(at), NONE);
    }

    /** Reads a cursor, see {@link dev.errand.TokenQuery#cursor}. What it was is not repeated: it has a secret in it. */
    static TokenPlace parse(String cursor) {
        try {
            int dot = cursor.indexOf('.');
            if (dot > 0) {
                long at = Long.parseLong(cursor.substring(0, dot));
                return new TokenPlace(at, TokenId.of(cursor.substring(dot + 1)));
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new IllegalArgumentException("that is no cursor of a page of tokens");
    }

    @Override
    public String toString() {
        return Long.toString(at) + '.' + token;
    }
}
