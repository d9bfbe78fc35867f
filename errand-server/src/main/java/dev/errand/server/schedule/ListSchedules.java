package dev.errand.server.schedule;

import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.Schedules;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.KnownFilters;
import dev.errand.server.wire.NumberedPage;
import java.util.List;

/** Schedules by their keys, those in code too, a page at a time. */
public final class ListSchedules implements Endpoint {
    private static final KnownFilters NONE = new KnownFilters("schedules");

    private final Schedules schedules;

    public ListSchedules(Schedules schedules) {
        this.schedules = schedules;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/schedules");
    }

    @Override
    public Answer answer(Call call) {
        NONE.check(call.query());
        NumberedPage page = NumberedPage.read(call.query());
        ScheduleQuery query = ScheduleQuery.all().skip(page.before()).limit(page.size());
        List<ScheduleInfo> found = schedules.list(query).items();
        return Answer.json(page.answer(found.stream().map(ScheduleMembers::of).toList(), schedules.count(query)));
    }
}
