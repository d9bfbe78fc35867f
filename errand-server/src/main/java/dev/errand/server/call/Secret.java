package dev.errand.server.call;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What only the server knows. By it the server signs addresses that open something to whoever has them. Any number of threads ask it.
 *
 * <p>Each use has a purpose, a word of its own such as {@code "token callback"}: what is signed for one means nothing for another.
 */
public final class Secret {
    /** The shortest text, in characters. */
    public static final int SHORTEST = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] bytes;
    private final boolean lasting;

    private Secret(byte[] bytes, boolean lasting) {
        this.bytes = bytes;
        this.lasting = lasting;
    }

    /**
     * The same secret for the same text.
     *
     * @throws IllegalArgumentException if it is too short to be one
     */
    public static Secret of(String text) {
        if (text.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "the secret has %d characters; at least %d are needed".formatted(text.length(), SHORTEST));
        }
        return new Secret(text.getBytes(StandardCharsets.UTF_8), true);
    }

    /** One that nobody else has, and nobody any more once the server has ended. */
    public static Secret random() {
        byte[] bytes = new byte[SHORTEST];
        new SecureRandom().nextBytes(bytes);
        return new Secret(bytes, false);
    }

    /**
     * Whether it is there again after the server was started anew, and on other servers that were told the same. What one that is not has signed
     * is worth nothing then, and nothing may be stored that only it can read.
     */
    public boolean isLasting() {
        return lasting;
    }

    /** A key of 32 bytes for one purpose. It tells nothing of the secret, nor of the key for another purpose. */
    public byte[] key(String purpose) {
        return hmac(bytes, purpose);
    }

    /** What proves that the server has said this text for this purpose; letters, digits, minus and underscore. */
    public String sign(String purpose, String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(key(purpose), text));
    }

    /** Whether it has. Takes as long for a wrong signature as for the right one, wherever it is wrong. */
    public boolean hasSigned(String purpose, String text, String signature) {
        return MessageDigest.isEqual(
                sign(purpose, text).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
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

    @Override
    public String toString() {
        return "Secret[not shown]";
    }
}
