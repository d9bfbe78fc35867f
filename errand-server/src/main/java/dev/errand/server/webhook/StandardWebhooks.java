package dev.errand.server.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies bodies by <a href="https://www.standardwebhooks.com">Standard Webhooks</a>: HMAC-SHA256 over {@code id.timestamp.body}, the
 * bytes as they travel. Signatures by keys other than shared secrets ({@code v1a}) are passed over.
 */
public final class StandardWebhooks {
    /** The header with what tells deliveries apart. The same each time one is sent again. */
    public static final String ID = "webhook-id";
    /** The header with when it was sent, in seconds since 1970. */
    public static final String TIMESTAMP = "webhook-timestamp";
    /** The header with the signatures, spaces between. */
    public static final String SIGNATURE = "webhook-signature";

    private static final String PREFIX = "whsec_";
    private static final String VERSION = "v1,";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;
    private static final int USUAL = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    /** A full stop in it would let what was signed be cut elsewhere. */
    private static final Pattern DELIVERY = Pattern.compile("[!-\\-/-~]{1,256}");

    private static final Pattern SECONDS = Pattern.compile("\\d{1,11}");

    /** What is to be thought of a delivery. */
    public enum Verdict {
        /** Who sent it knows the secret, and did so just now. */
        GENUINE("it is genuine"),
        /** A header is missing, or cannot be read. */
        UNSIGNED(
                "the headers webhook-id, webhook-timestamp and webhook-signature are needed, the id without full stops"),
        /** Sent too long ago: perhaps it was recorded. */
        TOO_OLD("the timestamp is too far in the past"),
        /** Sent later than now: a clock is wrong. */
        TOO_NEW("the timestamp is too far in the future"),
        /** No signature is by one of the secrets and of this body. */
        FORGED("no signature matches");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        /** For people. Says nothing of the delivery. */
        public String words() {
            return words;
        }
    }

    /** What a delivery says in its headers; null for what is missing. */
    public record Headers(
            @Nullable String id,
            @Nullable String timestamp,
            @Nullable String signature) {
        /** What the sender calls it; null if that is no id. */
        public @Nullable String readableId() {
            return id != null && DELIVERY.matcher(id).matches() ? id : null;
        }

        private boolean complete() {
            return id != null
                    && timestamp != null
                    && signature != null
                    && DELIVERY.matcher(id).matches()
                    && SECONDS.matcher(timestamp).matches();
        }
    }

    private StandardWebhooks() {}

    /** A secret that nobody has: {@code whsec_} and 32 bytes in Base64. */
    public static String newSecret() {
        byte[] key = new byte[USUAL];
        RANDOM.nextBytes(key);
        return PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /**
     * Refuses what is no secret.
     *
     * @return the same secret
     * @throws IllegalArgumentException unless it is {@code whsec_} and 24 to 64 bytes in Base64
     */
    public static String secret(String text) {
        key(text);
        return text;
    }

    /**
     * What goes into the header {@link #SIGNATURE}.
     *
     * @param id which delivery it is; the same whenever it is sent again
     * @param sent when it goes out
     * @throws IllegalArgumentException if that is no secret, or no id: it has 1 to 256 visible characters of ASCII, no full stop
     */
    public static String sign(String secret, String id, Instant sent, byte[] body) {
        if (!DELIVERY.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "the id of a delivery has 1 to 256 visible characters of ASCII, no full stop");
        }
        byte[] signature = hmac(key(secret), id, Long.toString(sent.getEpochSecond()), body);
        return VERSION + Base64.getEncoder().encodeToString(signature);
    }

    /**
     * All headers of a delivery that goes out, by their names.
     *
     * @param secrets one, or several while an old one is being replaced
     */
    public static Map<String, String> headers(Collection<String> secrets, String id, Instant sent, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(ID, id);
        headers.put(TIMESTAMP, Long.toString(sent.getEpochSecond()));
        headers.put(
                SIGNATURE,
                secrets.stream().map(secret -> sign(secret, id, sent, body)).collect(Collectors.joining(" ")));
        return headers;
    }

    /**
     * Looks whether a delivery is from somebody who knows one of the secrets. Takes as long for a wrong signature as for the right one.
     *
     * @param body as it came, not a byte changed
     * @param tolerance how far its time may be from ours, either way
     */
    public static Verdict verify(
            Collection<String> secrets, Headers headers, byte[] body, Instant now, Duration tolerance) {
        if (!headers.complete()) {
            return Verdict.UNSIGNED;
        }
        String id = String.valueOf(headers.id());
        String timestamp = String.valueOf(headers.timestamp());
        List<byte[]> shown = signatures(String.valueOf(headers.signature()));
        boolean genuine = false;
        for (String secret : secrets) {
            byte[] right = hmac(key(secret), id, timestamp, body);
            for (byte[] signature : shown) {
                genuine |= MessageDigest.isEqual(right, signature);
            }
        }
        return genuine ? inTime(Instant.ofEpochSecond(Long.parseLong(timestamp)), now, tolerance) : Verdict.FORGED;
    }

    private static Verdict inTime(Instant sent, Instant now, Duration tolerance) {
        Duration age = Duration.between(sent, now);
        if (age.compareTo(tolerance) > 0) {
            return Verdict.TOO_OLD;
        }
        return age.negated().compareTo(tolerance) > 0 ? Verdict.TOO_NEW : Verdict.GENUINE;
    }

    /** Those that secrets may have made. */
    private static List<byte[]> signatures(String header) {
        List<byte[]> signatures = new ArrayList<>();
        for (String each : header.split(" ", -1)) {
            if (each.startsWith(VERSION)) {
                signatures.add(decoded(each.substring(VERSION.length())));
            }
        }
        return signatures;
    }

    private static byte[] key(String secret) {
        byte[] key = secret.startsWith(PREFIX) ? decoded(secret.substring(PREFIX.length())) : new byte[0];
        if (key.length < SHORTEST || key.length > LONGEST) {
            throw new IllegalArgumentException(
                    "a secret is whsec_ and %d to %d bytes in Base64".formatted(SHORTEST, LONGEST));
        }
        return key;
    }

    /** No bytes for what is no Base64, which no key and no signature has. */
    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static byte[] hmac(byte[] key, String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
