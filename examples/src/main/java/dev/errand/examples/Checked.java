package dev.errand.examples;

import dev.errand.Errand;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.Task;
import java.time.Duration;

/** A schema fills in what is missing, and refuses what does not fit before anything is stored. */
public final class Checked {
    static final Task<Json, Json> CONVERT =
            Task.named("convert", Json.class, Json.class).schema("""
            {"type": "object",
             "properties": {"from": {"enum": ["EUR", "USD"]},
                            "cents": {"type": "integer", "minimum": 1},
                            "places": {"type": "integer", "default": 2}},
             "required": ["from", "cents"]}
            """).run((order, run) -> order);

    private Checked() {}

    public static void main(String[] args) throws InterruptedException {
        try (var errand = Errand.open("jdbc:sqlite:orders.db", CONVERT)) {
            System.out.println(errand.trigger(CONVERT, new Json("{\"from\":\"EUR\",\"cents\":250}"))
                    .await(Duration.ofSeconds(30)));
            try {
                errand.trigger(CONVERT, new Json("{\"from\":\"GBP\",\"cents\":250}"));
            } catch (InvalidPayloadException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }
}
