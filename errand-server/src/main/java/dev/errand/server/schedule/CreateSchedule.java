package dev.errand.server.schedule;

import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Fields;
import dev.errand.server.call.Route;
import java.io.IOException;

/** Makes a schedule, or changes the one with this deduplication key, which is the key it has. */
public final class CreateSchedule implements Endpoint {
    private final Schedules schedules;

    public CreateSchedule(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/schedules");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        Fields body = call.json();
        String key = body.someText(ScheduleFields.KEY);
        ScheduleFields fields = ScheduleFields.read(body);
        Asking.orImpossible(ScheduleFields.KEY, () -> checked(key));
        return Answer.json(ScheduleMembers.of(Asked.change(() -> put(key, fields))));
    }

    private static String checked(String key) {
        Schedules.checkKey(key);
        return key;
    }

    /** If it is made or deleted just now, the one that is put says all of it. */
    private ScheduleInfo put(String key, ScheduleFields fields) {
        return schedules
                .change(key, fields.task(), fields::changed)
                .orElseGet(() -> schedules.put(key, fields.task(), fields.fresh()));
    }
}
