package dev.errand.server.call;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals what the store keeps and only servers with this secret are to read, so that who reads the store learns nothing: AES-256 with GCM, under a
 * key that is made of the server's secret for one purpose.
 */
public final class Sealing {
    private static final String VERSION = "1.";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Secret secret;
    private final String purpose;

    /** @param purpose a word of its own for each kind of thing: what is sealed for one nobody takes for another */
    public Sealing(Secret secret, String purpose) {
        this.secret = secret;
        this.purpose = purpose;
    }

    /** Whether there is a point in sealing anything: whether the secret is still there after the server has ended. */
    public boolean isLasting() {
        return secret.isLasting();
    }

    /**
     * What to store: printable, without white space.
     *
     * @throws IllegalStateException if nobody could open it once this server has ended
     */
    public String seal(String text) {
        if (!isLasting()) {
            throw new IllegalStateException("a secret that ends with the server seals nothing that is stored");
        }
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
            byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE, sealed.length);
            return VERSION + Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES", e);
        }
    }

    /** What was sealed; null if it was by another secret or for another purpose, or somebody changed it. */
    public @Nullable String open(String sealed) {
        if (!sealed.startsWith(VERSION)) {
            return null;
        }
        try {
            byte[] all = Base64.getDecoder().decode(sealed.substring(VERSION.length()));
            byte[] nonce = Arrays.copyOf(all, NONCE);
            byte[] opened = cipher(Cipher.DECRYPT_MODE, nonce).doFinal(all, NONCE, all.length - NONCE);
            return new String(opened, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(secret.key(purpose), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
