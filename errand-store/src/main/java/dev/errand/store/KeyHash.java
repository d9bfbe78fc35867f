package dev.errand.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What is kept of a key or of a payload to tell it from others: the first half of its SHA-256, so that long keys cost no more than short
 * ones.
 */
public record KeyHash(long high, long low) {
    public static KeyHash of(byte[] bytes) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new KeyHash(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public static KeyHash of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }
}
