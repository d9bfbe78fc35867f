package dev.errand.server.token;

import dev.errand.TokenQuery;
import dev.errand.TokenState;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.wire.CreatedRange;
import dev.errand.server.wire.CursorPage;
import dev.errand.server.wire.KnownFilters;
import java.time.Instant;
import java.util.Set;

/** Which tokens a list is asked for. */
final class TokenFilter {
    private static final String STATUS = "filter[status]";
    private static final String TAGS = "filter[tags]";
    private static final String KEY = "filter[idempotencyKey]";
    private static final KnownFilters KNOWN =
            new KnownFilters("tokens", Set.of(STATUS, TAGS, KEY), CursorPage.NAMES, CreatedRange.NAMES);

    private TokenFilter() {}

    static TokenQuery query(Query asked, Instant now) {
        KNOWN.check(asked);
        CursorPage page = CursorPage.read(asked);
        TokenQuery query = TokenQuery.all()
                .states(states(asked))
                .tags(asked.list(TAGS).toArray(String[]::new))
                .limit(page.size());
        String key = asked.text(KEY);
        TokenQuery keyed = key == null ? query : query.idempotencyKey(key);
        TokenQuery created = created(keyed, CreatedRange.read(asked, now));
        return page.before() == null ? created.after(page.after()) : created.before(page.before());
    }

    private static TokenState[] states(Query asked) {
        try {
            return asked.list(STATUS).stream()
                    .flatMap(name -> TokenStatus.named(name).states().stream())
                    .distinct()
                    .toArray(TokenState[]::new);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(STATUS, e);
        }
    }

    private static TokenQuery created(TokenQuery query, CreatedRange created) {
        TokenQuery later = created.from() == null ? query : query.createdFrom(created.from());
        return created.until() == null ? later : later.createdUntil(created.until());
    }
}
