package dev.errand.server.webhook;

import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Surroundings;
import java.util.List;

/** Where other systems deliver. What is asked about webhooks is in the API of our own. */
public final class WebhookEndpoints {
    private WebhookEndpoints() {}

    public static List<Endpoint> of(Surroundings around) {
        return List.of(new ReceiveDelivery(around.errand(), new WebhookSecrets(around.secret())));
    }
}
