package dev.errand.server.webhook;

import dev.errand.Errand;
import dev.errand.ErrandException;
import dev.errand.IdempotencyKey;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.QueueFullException;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.TriggerOptions;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.server.call.Answer;
import dev.errand.server.call.JsonText;
import dev.errand.server.call.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Makes runs of deliveries, one for each, and writes down what became of each. The run is stored first: who is killed in between has the sender
 * come again, who then hears of that run.
 */
final class Deliveries {
    /** How long a delivery that comes again is known. */
    private static final Duration MEMORY = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private record Taken(String id) {}

    private record Filtered(boolean filtered) {}

    private final Errand errand;

    Deliveries(Errand errand) {
        this.errand = errand;
    }

    /** Answers who sent what is not taken. */
    Answer refuse(Received received, Problem problem) {
        note(received.as(Outcome.REFUSED, problem.getMessage(), null), null);
        return problem.answer();
    }

    /** Answers who sent what is genuine. */
    Answer take(Received received) {
        String text = text(received.body());
        JsonNode json = text == null ? null : JsonText.parsed(text);
        if (text == null || json == null) {
            return refuse(received, Problem.of(400, "the body is not JSON"));
        }
        String asked = received.webhook().handshake();
        if (asked != null && json.path(asked).isString()) {
            note(received.as(Outcome.HANDSHAKE, null, null), null);
            return Answer.json(Map.of(asked, json.path(asked).stringValue()));
        }
        Optional<String> misfit = BodyFilter.misfit(received.webhook().filter(), json);
        if (misfit.isPresent()) {
            note(received.as(Outcome.FILTERED, misfit.get(), null), new Json(text));
            return Answer.json(new Filtered(true));
        }
        return run(received, new Json(text));
    }

    private Answer run(Received received, Json payload) {
        try {
            Optional<RunId> before = errand.webhooks()
                    .accepted(
                            received.webhook().id(), id(received), received.at().minus(MEMORY));
            return before.isPresent() ? taken(received, Outcome.DUPLICATE, before.get()) : triggered(received, payload);
        } catch (InvalidPayloadException | IllegalArgumentException e) {
            return refuse(received, Problem.of(400, String.valueOf(e.getMessage())));
        } catch (QueueFullException e) {
            Problem problem = Problem.of(429, String.valueOf(e.getMessage())).header("retry-after", "1");
            return failed(received, problem, payload);
        } catch (ErrandException e) {
            return failed(received, notStored(received.webhook().id(), e), payload);
        }
    }

    /** 500: the sender is to come again. */
    static Problem notStored(String webhook, ErrandException reason) {
        LOG.atWarn()
                .addKeyValue("webhook", webhook)
                .addKeyValue("reason", String.valueOf(reason.getMessage()))
                .log("A delivery has become no run");
        return Problem.of(500, "No run could be stored; send it again");
    }

    /** Within what the store remembers of requests the same delivery is the same run, also where that has failed since. */
    private Answer triggered(Received received, Json payload) {
        String webhook = received.webhook().id();
        String key = webhook + " " + id(received);
        TriggerOptions options = TriggerOptions.none()
                .tags(WebhookDelivery.tag(webhook))
                .idempotencyKey(IdempotencyKey.of(key).life(MEMORY).shownAs(id(received)))
                .requestKey(key);
        Run<Json> run = errand.trigger(received.webhook().task(), payload, options);
        return taken(received, run.isHit() ? Outcome.DUPLICATE : Outcome.ACCEPTED, run.id());
    }

    /** Of what is genuine. */
    private static String id(Received received) {
        return String.valueOf(received.deliveryId());
    }

    private Answer taken(Received received, Outcome outcome, RunId run) {
        note(received.as(outcome, null, run), null);
        return Answer.json(new Taken(run.toString()));
    }

    private Answer failed(Received received, Problem problem, Json payload) {
        note(received.as(Outcome.FAILED, problem.getMessage(), null), payload);
        return problem.answer();
    }

    /** What became of a delivery is told to its sender, whether it can be written down or not. */
    private void note(WebhookDelivery delivery, @Nullable Json body) {
        try {
            errand.webhooks().note(delivery, body);
        } catch (StoreException e) {
            LOG.atWarn()
                    .addKeyValue("webhook", delivery.webhook())
                    .addKeyValue("outcome", delivery.outcome())
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("What became of a delivery could not be written down");
        }
    }

    /** Null if it is no text. */
    private static @Nullable String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
