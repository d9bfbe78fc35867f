package dev.errand.server.schedule;

import dev.errand.Schedules;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;

/** All that is known of a schedule. */
public final class RetrieveSchedule implements Endpoint {
    private final Schedules schedules;

    public RetrieveSchedule(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/schedules/{schedule}");
    }

    @Override
    public Answer answer(Call call) {
        return Answer.json(ScheduleMembers.of(Asked.of(schedules, call)));
    }
}
