package dev.errand.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Schedule;
import dev.errand.ScheduledTime;
import dev.errand.Task;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What runs get that a schedule of HTTP's has triggered. */
@Tag(TestServer.STORES)
class FiringTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration DAY = Duration.ofDays(1);

    private record Tick(
            String scheduleId, Instant timestamp, @Nullable Instant lastTimestamp, List<Instant> upcoming) {}

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("report", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("tick", Tick.class, String.class)
                    .run((tick, run) -> tick.timestamp() + " " + tick.lastTimestamp() + " "
                            + tick.upcoming().size()),
            Task.named("typed", ScheduledTime.class, String.class)
                    .schedule(Schedule.cron("0 3 * * *").externalId("code"))
                    .run((time, run) -> time.previous() + " " + time.key() + " " + time.externalId()));

    private static String make(String key, String task, String more) {
        Reply made = server.post(
                "/api/v1/schedules",
                "{'task': '%s', 'cron': '0 5 * * *', 'deduplicationKey': '%s'%s}"
                        .formatted(task, key, more)
                        .replace('\'', '"'));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.at("id");
    }

    /** The latest first. */
    private static List<RunInfo> runs(String id) {
        return server.errand().runs(RunQuery.all().schedule(id)).items();
    }

    private static JsonNode payload(RunInfo run) {
        return MAPPER.readTree(run.payload().text());
    }

    private static List<Instant> instants(JsonNode array) {
        return array.valueStream().map(each -> Instant.parse(each.asString())).toList();
    }

    @Test
    void aFiringIsARunThatIsToldWhatItIsFor() throws InterruptedException { // case 169
        String id = make("told", "report", ", 'externalId': 'user 17', 'timezone': 'Asia/Tokyo', 'window': '30m'");
        Reply made = server.get("/api/v1/schedules/" + id);
        Instant first = Instant.parse(made.at("nextRun"));
        server.test().advance(DAY);
        server.test().advance(DAY);
        // then
        List<RunInfo> runs = runs(id);
        assertThat(runs).hasSize(2).allMatch(run -> id.equals(run.schedule()));
        JsonNode one = payload(runs.getLast());
        assertThat(one.path("scheduleId").asString()).isEqualTo(id);
        assertThat(one.path("type").asString()).isEqualTo("IMPERATIVE");
        assertThat(Instant.parse(one.path("timestamp").asString()))
                .as("without its place in the window")
                .isEqualTo(first);
        assertThat(one.has("lastTimestamp")).isFalse();
        assertThat(one.path("externalId").asString()).isEqualTo("user 17");
        assertThat(one.path("timezone").asString()).isEqualTo("Asia/Tokyo");
        assertThat(instants(one.path("upcoming")))
                .containsExactlyElementsOf(Stream.iterate(first.plus(DAY), at -> at.plus(DAY))
                        .limit(5)
                        .toList());
        JsonNode two = payload(runs.getFirst());
        assertThat(Instant.parse(two.path("lastTimestamp").asString())).isEqualTo(first);
        assertThat(Instant.parse(two.path("timestamp").asString())).isEqualTo(first.plus(DAY));
        assertThat(runs.getLast().payload().text()).doesNotContain("null");
    }

    @Test
    void aTaskThatTakesAScheduledTimeReadsTheSame() throws InterruptedException {
        String id = make("read", "typed", "");
        server.test().advance(DAY);
        RunInfo run = runs(id).getFirst();
        assertThat(run.output()).isEqualTo(new Json("\"null read null\""));
        String coded = server.errand().schedules().get("typed").id();
        JsonNode declared = payload(runs(coded).getFirst());
        assertThat(declared.path("type").asString()).isEqualTo("DECLARATIVE");
        assertThat(declared.path("externalId").asString()).isEqualTo("code");
    }

    @Test
    void soDoesOneWithARecordOfItsOwn() throws InterruptedException {
        String id = make("own", "tick", "");
        String first = server.get("/api/v1/schedules/" + id).at("nextRun");
        server.test().advance(DAY);
        assertThat(runs(id).getFirst().output()).isEqualTo(new Json("\"" + first + " null 5\""));
    }

    @Test
    void oneThatIsStoppedTriggersNothingAndWhatItMissedIsNotMadeUpFor() throws InterruptedException {
        String id = make("stopped", "report", "");
        server.test().advance(DAY);
        int before = runs(id).size();
        server.post("/api/v1/schedules/" + id + "/deactivate", null);
        server.test().advance(DAY.multipliedBy(3));
        assertThat(runs(id)).hasSize(before);
        Reply going = server.post("/api/v1/schedules/" + id + "/activate", null);
        assertThat(Instant.parse(going.at("nextRun"))).isAfter(server.errand().now());
        server.test().advance(DAY);
        assertThat(runs(id)).hasSize(before + 1);
    }
}
