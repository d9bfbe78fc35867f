package dev.errand.server.schedule;

import dev.errand.ScheduleInfo;
import dev.errand.ScheduleNotFoundException;
import dev.errand.Schedules;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.util.List;

/** Changes a schedule to what is said, and to what is meant where nothing is. Whether it is active stays as it is. */
public final class UpdateSchedule implements Endpoint {
    private final Schedules schedules;

    public UpdateSchedule(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public Route route() {
        return Route.put("/api/v1/schedules/{schedule}");
    }

    @Override
    public Answer answer(Call call) throws IOException {
        String id = Asked.of(schedules, call).id();
        ScheduleFields fields = ScheduleFields.read(call.json());
        ScheduleInfo changed = Asked.change(() -> schedules.change(id, fields.task(), fields::changed))
                .orElseThrow(() -> new ScheduleNotFoundException(id, List.of()));
        return Answer.json(ScheduleMembers.of(changed));
    }
}
