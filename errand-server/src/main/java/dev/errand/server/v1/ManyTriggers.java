package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Triggers of several runs that share a commit. */
final class ManyTriggers {
    private static final long LARGEST = 64L << 20;
    private static final String REQUESTS = "requests";

    /** As the library says it, but that all but the task may be missing. */
    record Asked(
            String task, @Nullable Json payload, @Nullable TriggerOptions options) {
        TriggerRequest request() {
            return new TriggerRequest(task, payload, options == null ? TriggerOptions.none() : options);
        }
    }

    private record Triggered(RunId id, boolean isHit) {}

    private ManyTriggers() {}

    static List<Question> of(Errand errand) {
        return List.of(large(Question.post("/runs", call -> triggered(errand, call))));
    }

    static Question large(Question question) {
        return new Question(question.route().body(LARGEST), question.way());
    }

    private static Object triggered(Errand errand, Call call) throws IOException {
        List<TriggerRequest> requests = requests(call.json().only(REQUESTS));
        List<Run<Json>> runs = Asking.orImpossible(REQUESTS, () -> errand.triggerAll(requests));
        return Question.whole(
                runs.stream().map(run -> new Triggered(run.id(), run.isHit())).toList());
    }

    static List<TriggerRequest> requests(Fields body) {
        Asked[] all = Bodies.read(body, REQUESTS, Asked[].class);
        List<TriggerRequest> requests = new ArrayList<>(all.length);
        for (int i = 0; i < all.length; i++) {
            Asked each = all[i];
            if (each == null || each.task() == null) {
                throw body.refused(REQUESTS + "[" + i + "]", "an object with a task is needed");
            }
            requests.add(each.request());
        }
        return requests;
    }
}
