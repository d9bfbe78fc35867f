package dev.errand;

/**
 * A webhook just made, or with a new secret. This is the only time that its secret is seen: give it to the sender, and keep it nowhere else.
 *
 * @param secret by which deliveries are signed: {@code whsec_} and Base64
 */
public record NewWebhook(WebhookInfo webhook, String secret) {
    /** Without the secret, so that it comes into no log. */
    @Override
    public String toString() {
        return "NewWebhook[" + webhook + "]";
    }
}
