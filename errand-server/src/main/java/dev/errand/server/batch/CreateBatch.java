package dev.errand.server.batch;

import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.Errand;
import dev.errand.IdempotencyKey;
import dev.errand.TaskNotFoundException;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Route;
import dev.errand.server.wire.RequestKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens a batch of so many items, which are to be sent to {@link FillBatch}. */
final class CreateBatch implements Endpoint {
    private static final Duration GRANT = Duration.ofHours(1);
    private static final String TASKS = "taskIdentifiers";
    private static final String COUNT = "runCount";
    private static final String KEY = "idempotencyKey";
    private static final String KEY_OPTIONS = "idempotencyKeyOptions";

    private record Created(
            String id,
            int runCount,
            boolean isCached,
            @Nullable String idempotencyKey) {}

    private final Errand errand;

    CreateBatch(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.post("/api/v3/batches").alsoTokens();
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Fields body = call.json();
        List<String> tasks = tasks(body);
        require(call.caller(), tasks);
        int size = size(body);
        BatchOptions options = sentAgain(call, options(body));
        body.text("parentRunId"); // which there are none of here; of the wrong type they are refused all the same
        body.flag("resumeParentOnCompletion");
        tasks.forEach(this::requireKnown);
        Batches.Opened opened =
                Asking.orImpossible(COUNT, () -> errand.batches().open(size, options));
        String id = opened.id().toString();
        Answer answer = Answer.json(202, new Created(id, opened.size(), opened.hit(), body.text(KEY)));
        return call.caller().granting(answer, GRANT, "read:batch:" + id);
    }

    private static List<String> tasks(Fields body) {
        List<String> tasks = body.texts(TASKS);
        if (body.value(TASKS) != null && (tasks.isEmpty() || tasks.contains(""))) {
            throw body.refused(TASKS, "the id of at least one task is needed");
        }
        return tasks;
    }

    private static void require(Caller caller, List<String> tasks) {
        for (String task : tasks.isEmpty() ? List.of("") : tasks) {
            caller.require("batchTrigger", "tasks", task);
        }
    }

    private static int size(Fields body) {
        Integer size = body.wholeNumber(COUNT, 1, Integer.MAX_VALUE);
        if (size == null) {
            throw body.refused(COUNT, "a whole number is needed, and missing");
        }
        return size;
    }

    /** A client that heard no answer sends its request once more, with the same key. */
    private static BatchOptions sentAgain(Call call, BatchOptions options) {
        String key = RequestKey.of(call);
        return key == null ? options : options.requestKey(key);
    }

    private static BatchOptions options(Fields body) {
        String key = body.text(KEY);
        Fields told = body.object(KEY_OPTIONS);
        String shown = told == null ? null : told.text("key");
        if (key == null) {
            return BatchOptions.none();
        }
        IdempotencyKey read = Asking.orImpossible(KEY, () -> IdempotencyKey.of(key));
        return BatchOptions.none()
                .idempotencyKey(
                        shown == null ? read : Asking.orImpossible(KEY_OPTIONS + ".key", () -> read.shownAs(shown)));
    }

    /** Said here, where nothing is stored yet: later it would be one item of many that fails. */
    private void requireKnown(String task) {
        if (errand.task(task).isEmpty()) {
            throw new TaskNotFoundException(task, List.of());
        }
    }
}
