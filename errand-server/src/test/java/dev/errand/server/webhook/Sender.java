package dev.errand.server.webhook;

import dev.errand.Errand;
import dev.errand.NewWebhook;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookOptions;
import dev.errand.server.Reply;
import dev.errand.server.ServerSettings;
import dev.errand.server.TestServer;
import dev.errand.server.call.Secret;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Another system, which delivers to a webhook of a server. */
record Sender(TestServer server, NewWebhook made) {
    static final String SECRET = "correct horse battery staple, and more";

    /** Of servers that can read secrets of webhooks. */
    static ServerSettings settings() {
        return ServerSettings.standard().secret(SECRET);
    }

    static Sender to(TestServer server, String task, WebhookOptions options) {
        WebhookSecrets secrets = new WebhookSecrets(Secret.of(SECRET));
        return new Sender(server, server.errand().webhooks().create(task, options, secrets::seal));
    }

    String id() {
        return made.webhook().id();
    }

    Errand errand() {
        return server.errand();
    }

    /** As the standard has it. */
    Map<String, String> headers(String deliveryId, byte[] body) {
        return StandardWebhooks.headers(List.of(made.secret()), deliveryId, errand().now(), body);
    }

    Reply send(String deliveryId, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return send(headers(deliveryId, bytes), bytes);
    }

    Reply send(Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.uri() + "/webhooks/" + id()))
                .POST(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return TestServer.send(request);
    }

    /** The newest first. */
    List<RunInfo> runs() {
        return errand().runs(RunQuery.all().tags(WebhookDelivery.tag(id()))).items();
    }

    /** The newest first. */
    List<WebhookDelivery> log() {
        return errand().webhooks().deliveries(id(), null, 1_000).items();
    }

    List<Outcome> outcomes() {
        return log().stream().map(WebhookDelivery::outcome).toList();
    }
}
