package dev.errand;

/**
 * A key just made. This is the only time that its secret is seen: show it to whom it is for, and keep it nowhere else.
 *
 * @param secret what is sent as {@code Authorization: Bearer …}
 */
public record NewApiKey(ApiKey key, String secret) {
    /** Without the secret, so that it comes into no log. */
    @Override
    public String toString() {
        return "NewApiKey[" + key + "]";
    }
}
