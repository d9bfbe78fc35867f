package dev.errand;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A target, and its secrets as they were sealed for those who sign.
 *
 * @param sealed the secret
 * @param former the one before, with which is signed too for a while; null for none
 * @param formerUntil how long; null likewise
 */
public record SealedWebhookTarget(
        WebhookTarget target,
        String sealed,
        @Nullable String former,
        @Nullable Instant formerUntil) {
    /** Those with which is signed at that time, the newest first. */
    public List<String> sealedAt(Instant now) {
        return former == null || formerUntil == null || !formerUntil.isAfter(now)
                ? List.of(sealed)
                : List.of(sealed, former);
    }

    /** Without what was sealed, so that it comes into no log. */
    @Override
    public String toString() {
        return "SealedWebhookTarget[" + target.id() + "]";
    }
}
