package dev.errand.server.schedule;

import dev.errand.Schedules;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** Stops a schedule from firing; one that is stopped is left as it is. */
public final class DeactivateSchedule implements Endpoint {
    private final Schedules schedules;

    public DeactivateSchedule(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public Route route() {
        return Route.post("/api/v1/schedules/{schedule}/deactivate");
    }

    @Override
    public Answer answer(Call call) {
        String id = Asked.of(schedules, call).id();
        return Answer.json(ScheduleMembers.of(schedules.pause(id)));
    }
}
