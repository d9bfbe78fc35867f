package dev.errand.server.telling;

import dev.errand.Event;
import dev.errand.Json;
import dev.errand.WebhookFilter;
import dev.errand.WebhookTarget;
import dev.errand.json.ApiJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run delivers: its payload.
 *
 * @param target the id of whom it is for
 * @param message tells it from all others for that target; the same with each attempt, and in a replay
 * @param body what is posted
 */
record Message(String target, String message, Json body) {
    private static final int DIGITS = 36;

    /** The log begins anew where a store is copied, so a position alone would come again. */
    static Message of(WebhookTarget target, Event event) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, event.at());
        String id = "evt_%d_%s".formatted(event.position(), Long.toString(micros, DIGITS));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", WebhookFilter.type(event));
        body.put("timestamp", event.at());
        body.put("data", event);
        return new Message(target.id(), id, new Json(ApiJson.text(body)));
    }

    /** @throws IllegalArgumentException if it is none */
    static Message read(Json payload) {
        return ApiJson.read(payload.text().getBytes(StandardCharsets.UTF_8), Message.class);
    }

    Json payload() {
        return new Json(ApiJson.text(this));
    }

    /** What makes one run of it however often it is told. */
    String key() {
        return target + "/" + message;
    }

    byte[] bytes() {
        return body.text().getBytes(StandardCharsets.UTF_8);
    }
}
