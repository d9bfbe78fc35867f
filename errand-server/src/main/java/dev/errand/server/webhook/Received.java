package dev.errand.server.webhook;

import dev.errand.RunId;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came to a webhook.
 *
 * @param deliveryId what the sender calls it; null if that cannot be read
 * @param body not a byte changed; nobody changes it here
 */
record Received(WebhookInfo webhook, @Nullable String deliveryId, byte[] body, Instant at) {
    /** As the log tells of it. */
    WebhookDelivery as(Outcome outcome, @Nullable String reason, @Nullable RunId run) {
        return WebhookDelivery.of(webhook.id(), deliveryId, outcome, reason, run, at, body.length);
    }
}
