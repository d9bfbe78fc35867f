package dev.errand.server.v1;

import dev.errand.Errand;
import dev.errand.Page;
import dev.errand.PurgeCounts;
import dev.errand.Role;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.TokenInfo;
import dev.errand.TokenQuery;
import dev.errand.server.call.Asking;
import dev.errand.server.call.Call;
import dev.errand.server.call.Fields;
import java.io.IOException;
import java.util.List;

/** Lists by the queries of the library, of which addresses cannot say all: a tag may have a comma in it. */
final class QueryQuestions {
    private static final String QUERY = "query";

    private record Counted(long count) {}

    private QueryQuestions() {}

    static List<Question> of(Errand errand) {
        return List.of(
                Question.post("/queries/runs", call -> runs(errand, call)).by(Role.VIEWER),
                Question.post("/queries/tokens", call -> tokens(errand, call)).by(Role.VIEWER),
                Question.post("/queries/schedules", call -> schedules(errand, call))
                        .by(Role.VIEWER),
                Question.post("/queries/schedules/count", call -> count(errand, call))
                        .by(Role.VIEWER),
                Question.post("/queries/runs/purge", call -> purged(errand, call)));
    }

    private static <T> T query(Call call, Class<T> type) throws IOException {
        return Bodies.read(call.json().only(QUERY), QUERY, type);
    }

    private static Page<RunInfo> runs(Errand errand, Call call) throws IOException {
        RunQuery query = query(call, RunQuery.class);
        return Asking.orMalformed(QUERY, () -> errand.runs(query));
    }

    private static Page<TokenInfo> tokens(Errand errand, Call call) throws IOException {
        TokenQuery query = query(call, TokenQuery.class);
        return Asking.orMalformed(QUERY, () -> errand.tokens().list(query));
    }

    private static Page<ScheduleInfo> schedules(Errand errand, Call call) throws IOException {
        ScheduleQuery query = query(call, ScheduleQuery.class);
        return Asking.orMalformed(QUERY, () -> errand.schedules().list(query));
    }

    private static Counted count(Errand errand, Call call) throws IOException {
        ScheduleQuery query = query(call, ScheduleQuery.class);
        return Asking.orMalformed(QUERY, () -> new Counted(errand.schedules().count(query)));
    }

    private static PurgeCounts purged(Errand errand, Call call) throws IOException {
        Fields body = call.json().only(QUERY, "force");
        RunQuery query = Bodies.read(body, QUERY, RunQuery.class);
        boolean force = Boolean.TRUE.equals(body.flag("force"));
        return Asking.orMalformed(QUERY, () -> force ? errand.forcePurge(query) : errand.purge(query));
    }
}
