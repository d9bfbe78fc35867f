package dev.errand.engine;

import dev.errand.CreatedToken;
import dev.errand.Page;
import dev.errand.Token;
import dev.errand.TokenAnswer;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenNotFoundException;
import dev.errand.TokenOptions;
import dev.errand.TokenQuery;
import dev.errand.Tokens;
import dev.errand.TypeRef;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.trigger.NewTokens;
import dev.errand.store.NewToken;
import dev.errand.store.TokenStore;
import java.lang.reflect.Type;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The tokens of the store, for those who ask the engine. */
final class StoredTokens implements Tokens {
    private static final int LONGEST_ERROR = 8_000;

    private final TokenStore store;
    private final Codec codec;
    private final Clock clock;
    private final int largest;

    /** @param largest how many bytes a value may have */
    StoredTokens(TokenStore store, Codec codec, Clock clock, int largest) {
        this.store = store;
        this.codec = codec;
        this.clock = clock;
        this.largest = largest;
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
        TokenInfo stored = create(options).info();
        return new Token<>(stored.id(), stored.name(), type);
    }

    @Override
    public CreatedToken create(TokenOptions options) {
        NewToken token = NewTokens.of(TokenId.random(), options, null, clock.instant());
        TokenInfo stored = store.create(token);
        return new CreatedToken(stored, !stored.id().equals(token.id()));
    }

    @Override
    public TokenAnswer complete(TokenId token, @Nullable Object value) {
        byte[] json;
        try {
            json = codec.write(value);
        } catch (UnfitException e) {
            throw new IllegalArgumentException("The value of a token cannot be written as JSON: " + e.reason(), e);
        }
        if (json.length > largest) {
            throw new IllegalArgumentException(
                    "The value of a token has %,d bytes; at most %,d are kept. Store large data elsewhere and pass where it is"
                            .formatted(json.length, largest));
        }
        return end(token, json, null);
    }

    @Override
    public TokenAnswer fail(TokenId token, String error) {
        if (error.isBlank() || error.length() > LONGEST_ERROR) {
            throw new IllegalArgumentException(
                    "why a token fails is said in words, 1 to %,d characters in all".formatted(LONGEST_ERROR));
        }
        return end(token, null, error);
    }

    private TokenAnswer end(TokenId token, byte @Nullable [] value, @Nullable String error) {
        boolean ended = store.end(token, value, error).orElseThrow(() -> new TokenNotFoundException(token));
        return ended ? TokenAnswer.OK : TokenAnswer.ENDED;
    }

    @Override
    public TokenInfo get(TokenId token) {
        return store.find(token).orElseThrow(() -> new TokenNotFoundException(token));
    }

    @Override
    public Page<TokenInfo> list(TokenQuery query) {
        return store.list(query);
    }
}
