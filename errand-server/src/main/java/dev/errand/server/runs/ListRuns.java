package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import dev.errand.server.wire.CursorPage;
import dev.errand.server.wire.RunMembers;
import java.util.List;

/** Runs, newest first, a page at a time. A cursor holds its place while runs come and end: pages neither repeat nor leave out. */
public final class ListRuns implements Endpoint {
    private final Errand errand;

    public ListRuns(Errand errand) {
        this.errand = errand;
    }

    @Override
    public Route route() {
        return Route.get("/api/v1/runs");
    }

    @Override
    public Answer answer(Call call) {
        RunQuery query = RunFilter.query(call.query(), errand.now());
        Page<RunInfo> page = query == null ? new Page<>(List.of(), null) : page(query);
        RunMembers members = new RunMembers(errand);
        return Answer.json(CursorPage.answer(
                page.items().stream().map(members::listed).toList(), page.cursor(), null));
    }

    private Page<RunInfo> page(RunQuery query) {
        return Asking.orMalformed(CursorPage.AFTER, () -> errand.runs(query));
    }
}
