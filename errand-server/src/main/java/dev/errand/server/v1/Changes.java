package dev.errand.server.v1;

import dev.errand.CreatedToken;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.QueueInfo;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.TokenOptions;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.json.ApiJson;
import dev.errand.json.ValueJson;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Changes of what is there by those who have read it: they are made only if it is still as they read it, else 409 and nothing changed. So a change
 * that is made of what was read loses nobody else's.
 */
final class Changes {
    private static final String FROM = "from";
    private static final String TO = "to";

    private record Removed(boolean removed) {}

    private Changes() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.post("/values/{value}/change", call -> value(errand, call)),
                Question.post("/schedules/{schedule}/change", call -> schedule(errand, call)),
                Question.put("/queues/{queue}/concurrency", call -> concurrency(errand, call)),
                Question.post("/tokens/create", call -> token(errand, call)),
                Question.delete("/tasks/{task}", call -> removed(errand, call)),
                Question.delete("/tasks", call -> allRemoved(errand)));
    }

    private static Problem otherwise() {
        return Problem.of(409, "It is not any more as it was read; read it again");
    }

    private static ValueInfo value(Errand errand, Call call) throws IOException {
        Fields body = call.json().only(FROM, TO);
        Json from = Bodies.json(body, FROM);
        Json to = Bodies.json(body, TO);
        Value<Json> value = Asking.orMalformed("value", () -> errand.value(call.parameter("value"), Json.class));
        return Asking.orImpossible(TO, () -> {
            value.update(now -> {
                if (!isSame(now, from)) {
                    throw otherwise();
                }
                return to;
            });
            return value.info();
        });
    }

    private static boolean isSame(@Nullable Json now, @Nullable Json from) {
        return Objects.equals(now, from) || (now != null && from != null && ValueJson.isSame(now, from));
    }

    private static ScheduleInfo schedule(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("task", FROM, TO);
        String task = body.someText("task");
        Schedule from = Bodies.read(body, FROM, Schedule.class);
        Schedule to = Bodies.read(body, TO, Schedule.class);
        return Asking.orImpossible(
                TO,
                () -> errand.schedules()
                        .change(call.parameter("schedule"), task, now -> {
                            if (!isSame(written(now), written(from))) {
                                throw otherwise();
                            }
                            return to;
                        })
                        .orElseThrow(() -> Problem.notFound("There is no such schedule")));
    }

    private static Json written(Schedule schedule) {
        return new Json(ApiJson.text(schedule));
    }

    private static QueueInfo concurrency(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("concurrency");
        Integer concurrency = body.wholeNumber("concurrency", 0, Integer.MAX_VALUE);
        String queue = call.parameter("queue");
        return Asking.orImpossible("concurrency", () -> {
            errand.queues().limitConcurrency(queue, concurrency);
            return errand.queues().get(queue);
        });
    }

    private static CreatedToken token(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("options");
        TokenOptions options = Bodies.read(body, "options", TokenOptions.class, TokenOptions.none());
        return Asking.orImpossible("options", () -> errand.tokens().create(options));
    }

    private static Removed removed(Errand errand, Call call) {
        errand.remove(call.parameter("task"));
        return new Removed(true);
    }

    private static Removed allRemoved(Errand errand) {
        errand.removeAll();
        return new Removed(true);
    }
}
