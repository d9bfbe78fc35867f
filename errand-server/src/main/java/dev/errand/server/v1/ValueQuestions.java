package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Query;
import java.io.IOException;
import java.util.List;

/** Durable values. */
final class ValueQuestions {
    private record Removed(boolean removed) {}

    private ValueQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.get("/values", call -> listed(errand, call.query())),
                Question.get("/values/{value}", call -> value(errand, call).info()),
                Question.put("/values/{value}", call -> set(errand, call)),
                Question.delete(
                        "/values/{value}",
                        call -> new Removed(value(errand, call).remove())));
    }

    private static Page<ValueInfo> listed(Errand errand, Query asked) {
        String after = asked.text("cursor");
        return errand.values(after == null ? "" : after, asked.number("limit", 1, 1_000, 100));
    }

    private static Value<Json> value(Errand errand, Call call) {
        return Asking.orMalformed("value", () -> errand.value(call.parameter("value"), Json.class));
    }

    private static ValueInfo set(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("value");
        Json json = Bodies.json(body, "value");
        if (json == null) {
            throw body.refused("value", "JSON but null is needed; DELETE has it be none");
        }
        Value<Json> value = value(errand, call);
        return Asking.orImpossible("value", () -> {
            value.set(json);
            return value.info();
        });
    }
}
