package dev.errand.server.auth;

import dev.errand.server.call.JsonText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON Web Token that is signed by HMAC with SHA-256, and by nothing else, whatever its head says. Keys may be of any length, which libraries
 * do not allow; and there is not much to it.
 *
 * @param signed what the signature is for: head and claims, as they came
 * @param signature not checked yet
 * @param claims what it says, if it is signed by whom it should be
 */
record Jwt(String signed, byte[] signature, ObjectNode claims) {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String HEAD = encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Whether somebody means this to be one: keys have no dots. */
    static boolean isMeant(String text) {
        return text.indexOf('.') >= 0;
    }

    /** Empty if it is none, or of a kind that is not taken. */
    static Optional<Jwt> read(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        byte[] signature = decoded(parts[2]);
        ObjectNode head = object(decoded(parts[0]));
        ObjectNode claims = object(decoded(parts[1]));
        return signature == null || claims == null || head == null || !isTaken(head)
                ? Optional.empty()
                : Optional.of(new Jwt(parts[0] + "." + parts[1], signature, claims));
    }

    /** What says that more has to be understood is not. */
    private static boolean isTaken(ObjectNode head) {
        return "HS256".equals(text(head, "alg")) && !head.has("crit");
    }

    private static byte @Nullable [] decoded(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable ObjectNode object(byte @Nullable [] json) {
        return json != null && JsonText.parsed(new String(json, StandardCharsets.UTF_8)) instanceof ObjectNode object
                ? object
                : null;
    }

    /** A new one. */
    static String sign(Map<String, Object> claims, byte[] key) {
        String signed = HEAD + "." + encoded(MAPPER.writeValueAsBytes(claims));
        return signed + "." + encoded(hmac(key, signed));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether it is signed by that key. */
    boolean isSignedBy(byte[] key) {
        return MessageDigest.isEqual(hmac(key, signed), signature);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Text that it says; null if it says none, or no text. */
    @Nullable
    String text(String claim) {
        return text(claims, claim);
    }

    private static @Nullable String text(ObjectNode object, String name) {
        JsonNode value = object.get(name);
        return value != null && value.isString() ? value.stringValue() : null;
    }
}
