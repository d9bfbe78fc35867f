package dev.errand.server.webhook;

import dev.errand.server.call.Sealing;
import dev.errand.server.call.Secret;
import java.util.ArrayList;
import java.util.List;

/** Secrets of webhooks as they are stored: sealed, so that servers with this secret can verify what comes, and nobody else can sign. */
public final class WebhookSecrets {
    private static final String PURPOSE = "webhook";

    private final Sealing sealing;

    public WebhookSecrets(Secret secret) {
        this.sealing = new Sealing(secret, PURPOSE);
    }

    /** Whether there is a point in sealing anything. */
    public boolean isLasting() {
        return sealing.isLasting();
    }

    /**
     * What to store.
     *
     * @throws IllegalStateException if the server's secret does not last
     */
    public String seal(String secret) {
        return sealing.seal(secret);
    }

    /**
     * Those that this server can open.
     *
     * @throws IllegalStateException if it can open none: they were sealed under another secret
     */
    List<String> open(List<String> sealed) {
        List<String> open = new ArrayList<>();
        for (String each : sealed) {
            String secret = sealing.open(each);
            if (secret != null) {
                open.add(secret);
            }
        }
        if (open.isEmpty()) {
            throw new IllegalStateException(
                    "no secret of this webhook can be read: it was made by a server with another secret of its own");
        }
        return open;
    }
}
