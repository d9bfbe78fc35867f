package dev.errand.client;

import dev.errand.CreatedToken;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.Token;
import dev.errand.TokenAnswer;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenOptions;
import dev.errand.TokenQuery;
import dev.errand.Tokens;
import dev.errand.TypeRef;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** The tokens of the store. To create or complete one is asked once: a second answer would say otherwise than the first. */
final class RemoteTokens implements Tokens {
    private static final String TOKENS = "tokens";

    private final Server server;

    private record Wanted(TokenOptions options) {}

    private record Completed(Json value) {}

    private record Answered(TokenAnswer answer) {}

    private record Asked(TokenQuery query) {}

    RemoteTokens(Server server) {
        this.server = server;
    }

    @Override
    public <T> Token<T> create(Class<T> type, TokenOptions options) {
        return create((Type) type, options);
    }

    @Override
    public <T> Token<T> create(TypeRef<T> type, TokenOptions options) {
        return create(type.type(), options);
    }

    private <T> Token<T> create(Type type, TokenOptions options) {
        TokenInfo created = create(options).info();
        return new Token<>(created.id(), created.name(), type);
    }

    @Override
    public CreatedToken create(TokenOptions options) {
        return server.ask(Ask.post(Address.path(TOKENS, "create"), new Wanted(options)), CreatedToken.class);
    }

    @Override
    public TokenAnswer complete(TokenId token, @Nullable Object value) {
        Json json = Written.of("The value of a token", value);
        return answer(Ask.post(Address.path(TOKENS, token, "complete"), new Completed(json)));
    }

    @Override
    public TokenAnswer fail(TokenId token, String error) {
        return answer(Ask.post(Address.path(TOKENS, token, "fail"), Ask.only("error", error)));
    }

    private TokenAnswer answer(Ask ask) {
        return server.ask(ask, Answered.class).answer();
    }

    @Override
    public TokenInfo get(TokenId token) {
        return server.ask(Ask.get(Address.path(TOKENS, token)), TokenInfo.class);
    }

    @Override
    public Page<TokenInfo> list(TokenQuery query) {
        Ask ask = Ask.post(Address.path("queries", TOKENS), new Asked(query)).repeated();
        return server.ask(ask, new TypeRef<Page<TokenInfo>>() {});
    }
}
