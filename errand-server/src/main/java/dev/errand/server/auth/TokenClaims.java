package dev.errand.server.auth;

import dev.errand.server.call.Problem;
import dev.errand.server.call.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a token says, as clients of Trigger.dev have them say it.
 *
 * @param subject the id of the key by whose owner it was given away
 * @param expiry to the second
 * @param once whether it is good for one trigger only
 * @param skipped columns that streams of runs leave out for it
 */
record TokenClaims(String subject, Instant expiry, Scopes scopes, boolean once, List<String> skipped) {
    private static final String ISSUER = "https://id.trigger.dev";
    private static final String AUDIENCE = "https://api.trigger.dev";
    /** How far clocks may be apart where a token says from when on it is good. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    private static final String SCOPES = "scopes";
    private static final String REALTIME = "realtime";
    private static final String SKIPPED = "skipColumns";

    /**
     * What a token says whose signature was found good.
     *
     * @throws Problem 401 if it is not to be taken
     */
    static TokenClaims read(Jwt token, Instant now) {
        check(ISSUER.equals(token.text("iss")), "This token has another issuer");
        check(isAudience(token.claims().get("aud")), "This token is meant for others");
        check(isTrue(token.claims().get("pub")), "This is no public token");
        Instant expiry = time(token, "exp");
        check(expiry != null, "This token has no end");
        check(expiry != null && now.isBefore(expiry), "This token has expired");
        Instant start = time(token, "nbf");
        check(start == null || !now.plus(SKEW).isBefore(start), "This token is not good yet");
        JsonNode once = token.claims().get("otu");
        check(once == null || once.isBoolean(), "The otu of this token is neither true nor false");
        JsonNode realtime = token.claims().get(REALTIME);
        return new TokenClaims(
                String.valueOf(token.text("sub")),
                expiry == null ? now : expiry,
                new Scopes(texts(token.claims().get(SCOPES), SCOPES)),
                isTrue(once),
                texts(realtime == null ? null : realtime.get(SKIPPED), SKIPPED));
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw Problem.unknownCaller(otherwise);
        }
    }

    /** One, or one of several. */
    private static boolean isAudience(@Nullable JsonNode said) {
        if (said == null || said.isString()) {
            return said != null && said.stringValue().equals(AUDIENCE);
        }
        return said.isArray() && said.valueStream().anyMatch(each -> each.isString() && isAudience(each));
    }

    private static boolean isTrue(@Nullable JsonNode value) {
        return value != null && value.isBoolean() && value.booleanValue();
    }

    /** Seconds since 1970. What no clock shows is as far as clocks go. */
    private static @Nullable Instant time(Jwt token, String claim) {
        JsonNode value = token.claims().get(claim);
        if (value == null) {
            return null;
        }
        check(value.isNumber(), "The %s of this token is no number".formatted(claim));
        double seconds = Math.clamp(value.decimalValue().doubleValue(), -1e11, 1e11);
        return Instant.ofEpochMilli((long) (seconds * 1_000));
    }

    private static List<String> texts(@Nullable JsonNode value, String claim) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : value == null ? JsonNodeFactory.instance.arrayNode() : value) {
            check(each.isString(), "The %s of this token are no texts".formatted(claim));
            texts.add(each.stringValue());
        }
        check(value == null || value.isArray(), "The %s of this token are no array".formatted(claim));
        return List.copyOf(texts);
    }

    /** What is signed. */
    Map<String, Object> map(Instant now) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("iss", ISSUER);
        map.put("aud", AUDIENCE);
        map.put("sub", subject);
        map.put("pub", true);
        map.put(SCOPES, scopes.texts());
        map.put("iat", now.getEpochSecond());
        map.put("exp", expiry.getEpochSecond());
        if (once) {
            map.put("otu", true);
            map.put("jti", UUID.randomUUID().toString()); // else two of one second would be one
        }
        if (!skipped.isEmpty()) {
            map.put(REALTIME, Map.of(SKIPPED, skipped));
        }
        return map;
    }
}
