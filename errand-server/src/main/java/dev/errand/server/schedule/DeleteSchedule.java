package dev.errand.server.schedule;

import dev.errand.ScheduleNotFoundException;
import dev.errand.Schedules;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.util.List;

/** Deletes a schedule. The runs it has triggered stay. */
public final class DeleteSchedule implements Endpoint {
    private record Deleted(String id) {}

    private final Schedules schedules;

    public DeleteSchedule(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public Route route() {
        return Route.delete("/api/v1/schedules/{schedule}");
    }

    @Override
    public Answer answer(Call call) {
        String id = Asked.of(schedules, call).id();
        if (!Asked.change(() -> schedules.delete(id))) {
            throw new ScheduleNotFoundException(id, List.of());
        }
        return Answer.json(new Deleted(id));
    }
}
