package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A test of an endpoint to learn from: one server for the class, the engine to bring about what is asked of, {@link TestServer} to ask. What all
 * routes have in common (keys, methods, bodies) is tested once, elsewhere.
 */
@Tag(TestServer.STORES)
class RescheduleRunTest {
    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private final Run<Json> run =
            server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofHours(1)));

    private Reply reschedule(String body) {
        return server.post("/api/v1/runs/" + run.id() + "/reschedule", body);
    }

    @Test
    void aDelayedRunStartsAtAnotherTime() {
        Instant tomorrow = server.errand().now().plus(Duration.ofDays(1));
        for (String delay : List.of(tomorrow.toString(), "24h", "1d")) {
            run.reschedule(server.errand().now().plusSeconds(5));
            Reply reply = reschedule("{\"delay\": \"" + delay + "\"}");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.at("status")).isEqualTo("DELAYED");
            assertThat(Instant.parse(reply.at("delayedUntil"))).isEqualTo(tomorrow);
            assertThat(run.info().dueAt()).isEqualTo(tomorrow);
        }
    }

    @Test
    void aDelayThatCannotBeReadOrHasPassedChangesNothing() {
        Instant due = run.info().dueAt();
        for (String body : List.of(
                "{}",
                "{\"delay\": 5}",
                "{\"delay\": \"soon\"}",
                "{\"delay\": \"2020-01-01T00:00:00Z\"}",
                "{\"delay\": \"9999-01-01T00:00:00Z\"}",
                "{\"delay\": \"999999999w\"}",
                "{\"delay\": null}")) {
            Reply reply = reschedule(body);
            assertThat(reply.status()).as(body).isEqualTo(400);
            assertThat(reply.at("param")).as(body).isEqualTo("delay");
        }
        assertThat(run.info().dueAt()).isEqualTo(due);
    }

    @Test
    void aRunThatIsNotDelayedIs422AndOneThatThereIsNot404() {
        run.cancel();
        assertThat(reschedule("{\"delay\": \"1h\"}").status()).isEqualTo(422);
        for (String id : List.of(RunId.next().toString(), "run_x", "..")) {
            Reply unknown = server.post("/api/v1/runs/" + id + "/reschedule", "{\"delay\": \"1h\"}");
            assertThat(unknown.status()).as(id).isEqualTo(404);
            assertThat(unknown.header("x-should-retry")).isEqualTo("false");
        }
    }
}
