package dev.errand.server.auth;

import dev.errand.server.call.Sealing;
import dev.errand.server.call.Secret;
import org.jspecify.annotations.Nullable;

/** Seals the secrets of keys whose owners sign tokens with them, so that servers with this secret can check those. */
public final class SigningKeys {
    private static final String PURPOSE = "signing key";

    private final Sealing sealing;

    public SigningKeys(Secret secret) {
        this.sealing = new Sealing(secret, PURPOSE);
    }

    /** Whether there is a point in sealing anything: whether the secret is still there after the server has ended. */
    public boolean isLasting() {
        return sealing.isLasting();
    }

    /**
     * What to store.
     *
     * @throws IllegalStateException if nobody could open it once this server has ended
     */
    public String seal(String key) {
        return sealing.seal(key);
    }

    /** What was sealed; null if it was by another secret, or somebody changed it. */
    @Nullable
    String open(String sealed) {
        return sealing.open(sealed);
    }
}
