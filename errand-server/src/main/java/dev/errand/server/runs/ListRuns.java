package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs, newest first, a page at a time. A cursor holds its place while runs come and end: pages neither repeat nor leave out. */
public final class ListRuns implements Endpoint {
    private record Listed(List<Map<String, Object>> data, Cursors pagination) {}

    private record Cursors(@Nullable String next) {}

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
        return Answer.json(new Listed(page.items().stream().map(members::listed).toList(), new Cursors(page.cursor())));
    }

    private Page<RunInfo> page(RunQuery query) {
        try {
            return errand.runs(query);
        } catch (IllegalArgumentException e) {
            throw Problem.malformed(RunFilter.AFTER, String.valueOf(e.getMessage()));
        }
    }
}
