package dev.errand;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that was delivered to a webhook, as its log tells.
 *
 * @param id in the log; later ones have greater ids
 * @param webhook its id
 * @param deliveryId what the sender calls it; null if it did not say, or that cannot be read
 * @param reason why it was filtered, refused, or has not become a run; null else
 * @param run that it came to; null if to none
 * @param size of what was posted, in bytes
 */
public record WebhookDelivery(
        String id,
        String webhook,
        @Nullable String deliveryId,
        Outcome outcome,
        @Nullable String reason,
        @Nullable RunId run,
        Instant at,
        long size) {
    /** What became of it. */
    public enum Outcome {
        /** It became a run. */
        ACCEPTED,
        /** It had become a run before, which is told here. */
        DUPLICATE,
        /** It is genuine, and the filter holds it back. */
        FILTERED,
        /** It only asked whether somebody is there. */
        HANDSHAKE,
        /** Nobody can tell who sent it, or it is not what the task takes. */
        REFUSED,
        /** It is genuine, and no run could be stored: the sender is to send it again. */
        FAILED,
        /** Somebody had it become a run again. */
        REPLAYED
    }

    private static final String PREFIX = "delivery_";
    private static final int LONGEST_REASON = 500;

    public WebhookDelivery {
        Objects.requireNonNull(outcome, "outcome");
        reason = reason == null ? null : storable(reason);
    }

    /** What comes just now. */
    public static WebhookDelivery of(
            String webhook,
            @Nullable String deliveryId,
            Outcome outcome,
            @Nullable String reason,
            @Nullable RunId run,
            Instant at,
            long size) {
        String id = PREFIX + RunId.next(at).toString().substring("run_".length());
        return new WebhookDelivery(id, webhook, deliveryId, outcome, reason, run, at, size);
    }

    /** What all runs of a webhook are tagged with. */
    public static String tag(String webhook) {
        return "webhook:" + webhook;
    }

    private static String storable(String text) {
        String whole = text.replace('\0', ' ');
        return whole.length() <= LONGEST_REASON ? whole : whole.substring(0, LONGEST_REASON - 1) + "…";
    }
}
