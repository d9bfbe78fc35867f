package dev.errand.server.v1;

import dev.errand.BatchId;
import dev.errand.Errand;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** What else there is in a store. */
final class StoreQuestions {
    private record Raised(String name) {}

    private record Removed(boolean removed) {}

    private record Time(Instant now) {}

    private StoreQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.get(
                        "/batches/{batch}",
                        call -> errand.batch(call.parameter("batch", BatchId::of))
                                .info()),
                Question.get("/locks", call -> Question.whole(errand.locks())),
                Question.get("/subscriptions", call -> Question.whole(errand.subscriptions())),
                Question.delete(
                        "/subscriptions/{subscription}",
                        call -> new Removed(errand.removeSubscription(call.parameter("subscription")))),
                Question.post("/events", call -> raised(errand, call)),
                Question.get("/time", call -> new Time(errand.now())));
    }

    private static Raised raised(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("name", "data");
        String name = body.someText("name");
        return Asking.orMalformed("name", () -> {
            errand.raise(name, Bodies.json(body, "data"));
            return new Raised(name);
        });
    }
}
