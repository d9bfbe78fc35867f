package dev.errand.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A token as clients make them, who know nothing of how the server does: {@code TestToken.of(id, now, "read:runs").signed(key)}. */
public final class TestToken {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String HEAD = "{\"alg\":\"HS256\"}";

    private final Map<String, Object> claims;

    private TestToken(Map<String, Object> claims) {
        this.claims = claims;
    }

    /** One that is good for a quarter of an hour. */
    public static TestToken of(String subject, Instant now, String... scopes) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", subject);
        claims.put("pub", true);
        claims.put("scopes", List.of(scopes));
        claims.put("iss", "https://id.trigger.dev");
        claims.put("aud", "https://api.trigger.dev");
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(Duration.ofMinutes(15)).getEpochSecond());
        return new TestToken(claims);
    }

    /** The same with another claim; without it, if that is null. */
    public TestToken with(String claim, @Nullable Object value) {
        Map<String, Object> all = new LinkedHashMap<>(claims);
        all.remove(claim);
        if (value != null) {
            all.put(claim, value);
        }
        return new TestToken(all);
    }

    public String signed(String key) {
        return signed(HEAD, key, "HmacSHA256");
    }

    /** With a head of its own, by another algorithm. */
    public String signed(String head, String key, String algorithm) {
        return signed(head, MAPPER.writeValueAsString(claims), key, algorithm);
    }

    /** Of any text at all. */
    public static String signed(String head, String claims, String key, String algorithm) {
        String text = encoded(head) + "." + encoded(claims);
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
            return text + "." + encoded(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What a token says. */
    public static JsonNode claims(String token) {
        return MAPPER.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
    }
}
