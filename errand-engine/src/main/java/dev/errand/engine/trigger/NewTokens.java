package dev.errand.engine.trigger;

import dev.errand.IdempotencyKey;
import dev.errand.RunId;
import dev.errand.TokenId;
import dev.errand.TokenOptions;
import dev.errand.store.KeyHash;
import dev.errand.store.NewToken;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** From what somebody says of a token to the token that is stored. */
public final class NewTokens {
    private NewTokens() {}

    /**
     * @param run by whose body it is created; null for none
     * @throws IllegalArgumentException if it would time out before it is created
     */
    public static NewToken of(TokenId id, TokenOptions options, @Nullable RunId run, Instant now) {
        Instant created = now.truncatedTo(ChronoUnit.MICROS);
        Instant timeout = options.timesOut(created).truncatedTo(ChronoUnit.MICROS);
        IdempotencyKey key = options.idempotencyKey();
        return new NewToken(
                id,
                options.name(),
                run,
                options.tags(),
                created,
                timeout,
                key == null
                        ? null
                        : new NewToken.Key(KeyHash.of("of all " + key.text()), key.text(), created.plus(key.life())));
    }
}
