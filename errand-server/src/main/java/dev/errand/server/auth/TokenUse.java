package dev.errand.server.auth;

import dev.errand.ApiKeys;
import dev.errand.server.call.Head;
import dev.errand.server.call.OneUse;
import dev.errand.server.call.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The use of a token that is good for one. It is spent before anything is done, so that of several at a time one goes through; what is refused
 * gives it back. If the server dies in between it stays spent.
 *
 * <p>A client whose answer was lost says the same again, with the same {@value #REQUEST}, and is let through for a minute: the trigger knows such a
 * request again, and answers what it has answered.
 */
final class TokenUse implements OneUse {
    static final String REQUEST = "x-trigger-request-idempotency-key";
    private static final String TRIGGER = "/trigger";
    /** Longer than the token is good for it is remembered that it was spent, as far as the clocks of servers may be apart. */
    private static final Duration SKEW = Duration.ofHours(1);

    private final ApiKeys keys;
    private final String token;
    private final String use;
    private final Instant until;

    /** @param token what its signature is for; the signature itself may be written in several ways */
    TokenUse(ApiKeys keys, String token, Head head, Instant expiry) {
        this.keys = keys;
        this.token = token;
        this.use = use(head);
        this.until = expiry.plus(SKEW);
    }

    private static String use(Head head) {
        String request = head.header(REQUEST);
        return request == null || request.isBlank() || !head.path().endsWith(TRIGGER)
                ? UUID.randomUUID().toString()
                : request + " " + head.path();
    }

    @Override
    public void spend() {
        if (!keys.spend(token, use, until)) {
            throw Problem.impossible("", "This token was good for one use, and has been used");
        }
    }

    @Override
    public void giveBack() {
        keys.unspend(token, use);
    }
}
