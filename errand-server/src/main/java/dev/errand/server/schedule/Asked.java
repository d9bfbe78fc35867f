package dev.errand.server.schedule;

import dev.errand.InvalidPayloadException;
import dev.errand.QueueNotFoundException;
import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.TaskNotFoundException;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Problem;
import java.util.function.Supplier;

/** Schedules that are asked for, and changes to them. */
final class Asked {
    private Asked() {}

    /**
     * The one whose id the path says. A key is none.
     *
     * @throws Problem 404 if there is none
     */
    static ScheduleInfo of(Schedules schedules, Call call) {
        String id = call.parameter("schedule");
        return schedules
                .find(id)
                .filter(info -> info.id().equals(id))
                .orElseThrow(() -> Problem.notFound("No schedule '%s' in this store".formatted(id)));
    }

    /**
     * A change that the engine may refuse. What is not found by it is named in the body, not in the path.
     *
     * @throws Problem 422 with what the engine says
     */
    static <T> T change(Supplier<T> change) {
        try {
            return Asking.orImpossible("", change);
        } catch (TaskNotFoundException | InvalidPayloadException | QueueNotFoundException e) {
            throw Problem.impossible("task", "task: " + e.getMessage());
        }
    }
}
