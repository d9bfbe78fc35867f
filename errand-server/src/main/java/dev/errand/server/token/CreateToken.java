package dev.errand.server.token;

import dev.errand.CreatedToken;
import dev.errand.Errand;
import dev.errand.IdempotencyKey;
import dev.errand.TokenId;
import dev.errand.TokenOptions;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Route;
import dev.errand.server.wire.WireTime;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Creates a token, or answers with the one that is there under the same key. */
public final class CreateToken implements Endpoint {
    private static final Duration GRANT = Duration.ofHours(24);
    private static final Pattern KEY_LIFE = Pattern.compile("\\d{1,9}[smhd]");

    private record Created(String id, boolean isCached, String url) {}

    private final Errand errand;
    private final TokenAddress address;

    CreateToken(Errand errand, TokenAddress address) {
        this.errand = errand;
        this.address = address;
    }

    @Override
    public Route route() {
        return Route.post(TokenAddress.PATH);
    }

    @Override
    public Answer answer(Call call) throws IOException {
        TokenOptions options = options(call.json());
        // A time is refused only where it meets the clock.
        CreatedToken created =
                Asking.orImpossible("timeout", () -> errand.tokens().create(options));
        TokenId id = created.info().id();
        Answer answer = Answer.json(new Created(id.overHttp(), created.isHit(), address.of(id)));
        return call.caller().granting(answer, GRANT, "write:waitpoints:" + id.overHttp());
    }

    private TokenOptions options(Fields body) {
        String timeout = body.text("timeout");
        Set<String> tags = new LinkedHashSet<>(body.texts("tags"));
        String key = body.text("idempotencyKey");
        String life = body.text("idempotencyKeyTTL");
        TokenOptions tagged =
                Asking.orImpossible("tags", () -> TokenOptions.none().tags(tags.toArray(String[]::new)));
        TokenOptions timed = timeout == null ? tagged : Asking.orImpossible("timeout", () -> timed(tagged, timeout));
        return key == null ? timed : Asking.orImpossible("idempotencyKey", () -> timed.idempotencyKey(key(key, life)));
    }

    private static TokenOptions timed(TokenOptions options, String timeout) {
        if (WireTime.isDuration(timeout)) {
            return options.timeout(WireTime.duration(timeout));
        }
        try {
            return options.timeoutAt(WireTime.instant(timeout));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a date or a duration is needed, such as 2026-11-23T12:00:00Z or 2h30m", e);
        }
    }

    /** What cannot be read of how long it is held leaves that as usual. */
    private static IdempotencyKey key(String text, @Nullable String life) {
        IdempotencyKey key = IdempotencyKey.of(text);
        return life != null && KEY_LIFE.matcher(life).matches() ? key.life(WireTime.duration(life)) : key;
    }
}
