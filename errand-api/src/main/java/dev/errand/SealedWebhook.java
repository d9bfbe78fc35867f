package dev.errand;

import java.util.List;

/**
 * A webhook as servers need it.
 *
 * @param sealed the secrets that hold, the newest first, as they are stored
 */
public record SealedWebhook(WebhookInfo webhook, List<String> sealed) {
    public SealedWebhook {
        sealed = List.copyOf(sealed);
    }
}
