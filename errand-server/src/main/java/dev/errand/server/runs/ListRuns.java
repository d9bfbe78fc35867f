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
    private final Route route;
    private final RunFilter filter;

    private ListRuns(Errand errand, String path, RunFilter filter) {
        this.errand = errand;
        this.route = Route.get(path);
        this.filter = filter;
    }

    static ListRuns ofAll(Errand errand) {
        return new ListRuns(errand, "/api/v1/runs", RunFilter.ALL);
    }

    /** The same: whatever name a client has for its project, the server has only one. */
    static ListRuns ofProject(Errand errand) {
        return new ListRuns(errand, "/api/v1/projects/{project}/runs", RunFilter.OF_PROJECT);
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public Answer answer(Call call) {
        RunQuery query = filter.query(call.query(), errand.now());
        Page<RunInfo> page = query == null ? new Page<>(List.of(), null) : page(query);
        RunMembers members = new RunMembers(errand);
        return Answer.json(
                CursorPage.answer(page.items().stream().map(members::listed).toList(), page.cursor(), page.back()));
    }

    private Page<RunInfo> page(RunQuery query) {
        String cursor = query.before() == null ? CursorPage.AFTER : CursorPage.BEFORE;
        return Asking.orMalformed(cursor, () -> errand.runs(query));
    }
}
