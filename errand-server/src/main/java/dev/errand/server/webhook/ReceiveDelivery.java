package dev.errand.server.webhook;

import dev.errand.Errand;
import dev.errand.SealedWebhook;
import dev.errand.StoreException;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import dev.errand.server.webhook.StandardWebhooks.Headers;
import dev.errand.server.webhook.StandardWebhooks.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** Takes what another system delivers to a webhook. Whoever knows the secret may; nothing else is asked for. */
final class ReceiveDelivery implements Endpoint {
    /** All webhooks, before their ids. */
    static final String PATH = "/webhooks";

    private static final Pattern ID = Pattern.compile("webhook_[0-9a-z]{26}");

    private final Errand errand;
    private final WebhookSecrets secrets;
    private final Deliveries deliveries;

    ReceiveDelivery(Errand errand, WebhookSecrets secrets) {
        this.errand = errand;
        this.secrets = secrets;
        this.deliveries = new Deliveries(errand);
    }

    @Override
    public Route route() {
        return Route.post(PATH + "/{webhook}").open();
    }

    @Override
    public Answer answer(Call call) throws IOException {
        SealedWebhook webhook = webhook(call.parameter("webhook"));
        byte[] body = call.body().readAllBytes();
        Headers headers = new Headers(
                call.header(StandardWebhooks.ID),
                call.header(StandardWebhooks.TIMESTAMP),
                call.header(StandardWebhooks.SIGNATURE));
        Received received = new Received(webhook.webhook(), headers.readableId(), body, errand.now());
        List<String> open = secrets.open(webhook.sealed());
        Verdict verdict = StandardWebhooks.verify(
                open, headers, body, received.at(), webhook.webhook().tolerance());
        return verdict == Verdict.GENUINE
                ? deliveries.take(received)
                : deliveries.refuse(received, Problem.of(400, verdict.words()));
    }

    /** Whether it is not there or takes nothing is nobody else's business. */
    private SealedWebhook webhook(String id) {
        if (!ID.matcher(id).matches()) {
            throw unknown();
        }
        try {
            return errand.webhooks()
                    .sealed(id)
                    .filter(found -> found.webhook().takesDeliveries())
                    .orElseThrow(ReceiveDelivery::unknown);
        } catch (StoreException e) {
            throw Deliveries.notStored(id, e);
        }
    }

    private static Problem unknown() {
        return Problem.notFound("There is no such webhook, or it is disabled");
    }
}
