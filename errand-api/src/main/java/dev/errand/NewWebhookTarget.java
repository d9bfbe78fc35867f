package dev.errand;

/**
 * A target just made, or one with a new secret. This is the only time that the secret is seen: give it to who receives the events.
 *
 * @param secret {@code whsec_} and 32 bytes in Base64, as <a href="https://www.standardwebhooks.com">Standard Webhooks</a> has it
 */
public record NewWebhookTarget(WebhookTarget target, String secret) {
    /** Without the secret, so that it comes into no log. */
    @Override
    public String toString() {
        return "NewWebhookTarget[" + target.id() + "]";
    }
}
