package dev.errand.server.token;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.CursorPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tokens, newest first, a page at a time and both ways. A cursor holds its place while tokens come and end. */
public final class ListTokens implements Endpoint {
    private final Errand errand;
    private final TokenAddress address;

    ListTokens(Errand errand, TokenAddress address) {
        this.errand = errand;
        this.address = address;
    }

    @Override
    public Route route() {
        return Route.get(TokenAddress.PATH);
    }

    @Override
    public Answer answer(Call call) {
        TokenQuery query = TokenFilter.query(call.query(), errand.now());
        Page<TokenInfo> page = Asking.orMalformed(
                query.newer() ? CursorPage.BEFORE : CursorPage.AFTER,
                () -> errand.tokens().list(query));
        TokenMembers members = new TokenMembers(address, call.caller());
        List<?> items = page.items().stream().map(members::listed).toList();
        return Answer.json(CursorPage.answer(items, next(query, page), previous(query, page)));
    }

    private static @Nullable String next(TokenQuery query, Page<TokenInfo> page) {
        return query.newer() ? cursor(page.items().reversed()) : page.cursor();
    }

    private static @Nullable String previous(TokenQuery query, Page<TokenInfo> page) {
        if (query.newer()) {
            return page.cursor();
        }
        return query.cursor() == null ? null : cursor(page.items());
    }

    /** Of the first. */
    private static @Nullable String cursor(List<TokenInfo> tokens) {
        return tokens.isEmpty() ? null : TokenQuery.cursor(tokens.getFirst());
    }
}
