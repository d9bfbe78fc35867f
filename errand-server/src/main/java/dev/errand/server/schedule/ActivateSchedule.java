package dev.errand.server.schedule;

import dev.errand.Schedules;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** Lets a schedule fire again, from now on; one that does is left as it is. */
public final class ActivateSchedule implements Endpoint {
    private final Schedules schedules;

    public ActivateSchedule(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/schedules/{schedule}/activate");
    }

    @Override
    public Answer answer(Call call) {
        String id = Asked.of(schedules, call).id();
        return Answer.json(ScheduleMembers.of(schedules.resume(id)));
    }
}
