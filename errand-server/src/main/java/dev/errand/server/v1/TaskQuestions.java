package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import java.io.IOException;
import java.util.List;

/** Tasks that the store knows, and their triggers. */
final class TaskQuestions {
    private record Freed(boolean freed) {}

    private record Triggered(RunId id, boolean isHit) {}

    private TaskQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.get("/tasks", call -> Question.whole(errand.tasks())),
                Question.get(
                        "/tasks/{task}",
                        call -> errand.task(call.parameter("task"))
                                .orElseThrow(() -> new TaskNotFoundException(call.parameter("task"), List.of()))),
                Question.post("/tasks/{task}/runs", call -> triggered(errand, call)),
                Question.delete(
                        "/tasks/{task}/keys/{key}",
                        call -> new Freed(errand.resetKey(call.parameter("task"), call.parameter("key")))));
    }

    private static Triggered triggered(Errand errand, Call call) throws IOException {
        Fields body = call.json().only("payload", "options");
        TriggerOptions options = Bodies.read(body, "options", TriggerOptions.class, TriggerOptions.none());
        Run<Json> run = Asking.orImpossible(
                "options", () -> errand.trigger(call.parameter("task"), Bodies.json(body, "payload"), options));
        return new Triggered(run.id(), run.isHit());
    }
}
