package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.Schedules;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Query;
import java.io.IOException;
import java.util.List;

/** Schedules, by their keys. */
final class ScheduleQuestions {
    private static final String SCHEDULE = "/schedules/{schedule}";

    private record Deleted(boolean deleted) {}

    private record Named(RunId id) {}

    private ScheduleQuestions() {}

    static List<Question> of(Errand errand) {
        Schedules schedules = errand.schedules();
        return List.of(
                Question.get("/schedules", call -> listed(schedules, call.query())),
                Question.get(SCHEDULE, call -> schedules.get(key(call))),
                Question.put(SCHEDULE, call -> put(schedules, call)),
                Question.delete(SCHEDULE, call -> new Deleted(deleted(schedules, call))),
                Question.get(
                        SCHEDULE + "/next",
                        call -> Question.whole(
                                schedules.next(key(call), call.query().number("count", 1, 100, 10)))),
                Question.post(SCHEDULE + "/pause", call -> schedules.pause(key(call))),
                Question.post(SCHEDULE + "/resume", call -> schedules.resume(key(call))),
                Question.post(SCHEDULE + "/skip", call -> skipped(schedules, call)),
                Question.post(SCHEDULE + "/run", call -> new Named(ran(schedules, call))));
    }

    private static String key(Call call) {
        return call.parameter("schedule");
    }

    private static Page<ScheduleInfo> listed(Schedules schedules, Query asked) {
        ScheduleQuery page = ScheduleQuery.all().limit(asked.number("limit", 1, 1_000, 100));
        String task = asked.text("task");
        String cursor = asked.text("cursor");
        ScheduleQuery query = task == null ? page : page.task(task);
        return Asking.orMalformed("cursor", () -> schedules.list(cursor == null ? query : query.after(cursor)));
    }

    private static ScheduleInfo put(Schedules schedules, Call call) throws IOException {
        Fields body = call.json().only("task", "schedule");
        String task = body.someText("task");
        Schedule schedule = Bodies.read(body, "schedule", Schedule.class);
        return Asking.orImpossible("schedule", () -> schedules.put(key(call), task, schedule));
    }

    private static boolean deleted(Schedules schedules, Call call) {
        return Asking.orImpossible("schedule", () -> schedules.delete(key(call)));
    }

    /** It may have been put when its task took other payloads. */
    private static RunId ran(Schedules schedules, Call call) {
        Run<Json> run = Asking.orImpossible("schedule", () -> schedules.run(key(call)));
        return run.id();
    }

    private static ScheduleInfo skipped(Schedules schedules, Call call) throws IOException {
        Fields body = call.json().only("count");
        Integer count = body.wholeNumber("count", 1, 1_000);
        return Asking.orImpossible("count", () -> schedules.skip(key(call), count == null ? 1 : count));
    }
}
