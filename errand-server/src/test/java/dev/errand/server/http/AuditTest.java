package dev.errand.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Role;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Head;
import dev.errand.server.call.Query;
import dev.errand.server.call.Route;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

class AuditTest {
    private static final Route CANCEL = Route.post("/api/v2/runs/{run}/cancel");
    private static final Caller SOMEBODY = new Caller("nightly", Role.OPERATOR, "key_1", null, null);

    private final Queue<SubstituteLoggingEvent> log = new ArrayDeque<>();
    private final Audit audit = new Audit(new EventRecordingLogger(new SubstituteLogger("test", log, false), log));

    private void note(Route route, String run, int status) {
        Head head = new Head(route.method(), "/secret", Query.read(null), Map.of(), "192.0.2.7");
        audit.note(route, head, Map.of("run", run), SOMEBODY, status);
    }

    @Test
    void aChangeIsNotedWithWhoWhatToWhichAndFromWhere() {
        note(CANCEL, "run_1", 200);
        assertThat(log.element().getMessage())
                .contains("who=nightly", "key=key_1", "route=/api/v2/runs/{run}/cancel", "run=run_1", "from=192.0.2.7")
                .doesNotContain("/secret");
    }

    @Test
    void whatChangesNothingIsNot() {
        note(CANCEL, "run_1", 404);
        note(Route.get("/api/v3/runs/{run}"), "run_1", 200);
        note(Route.post("/api/v1/tasks/{task}/trigger"), "run_1", 200);
        note(Route.post("/api/v3/batches/{batch}/items"), "run_1", 200);
        note(Route.post("/api/errand/v1/runs/await").by(Role.VIEWER), "run_1", 200);
        note(Route.post("/api/errand/v1/tasks/{task}/runs"), "run_1", 200);
        Head head = new Head("POST", "/x", Query.read(null), Map.of(), "192.0.2.7");
        audit.note(CANCEL.open(), head, Map.of(), null, 200);
        assertThat(log).isEmpty();
    }

    @Test
    void nobodyWritesLinesOfTheLogByAName() {
        note(CANCEL, "a\nb\r\u2028" + "x".repeat(300), 200);
        assertThat(log.element().getMessage()).contains("run=a?b??xxx").doesNotContain("\n", "\r", "x".repeat(201));
    }
}
