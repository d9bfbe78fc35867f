package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Query;
import java.util.List;

/** What there is to know of runs. */
final class RunQuestions {
    private static final String RUN = "/runs/{run}";

    private record Why(RunId id, RunState state, String why) {}

    private RunQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.get("/runs", call -> {
                    Query asked = call.query();
                    return Asking.orMalformed(RunListing.CURSOR, () -> errand.runs(RunListing.query(asked)));
                }),
                Question.get(RUN, call -> run(errand, call).info()),
                Question.get(RUN + "/why", call -> why(errand, run(errand, call).id())),
                Question.get(
                        RUN + "/attempts",
                        call -> Question.whole(run(errand, call).attempts())),
                Question.get(
                        RUN + "/steps", call -> Question.whole(run(errand, call).steps())),
                Question.get(
                        RUN + "/signals",
                        call -> Question.whole(run(errand, call).signals())),
                Question.get(
                        RUN + "/published",
                        call -> Question.whole(run(errand, call).published())));
    }

    private static Run<Json> run(Errand errand, Call call) {
        return errand.run(call.parameter("run", RunId::of));
    }

    private static Why why(Errand errand, RunId run) {
        return new Why(run, errand.run(run).state(), errand.why(run));
    }
}
