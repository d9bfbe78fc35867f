package dev.errand.server.v1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.NodeInfo;
import dev.errand.Page;
import dev.errand.QueueInfo;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.Step;
import dev.errand.Task;
import dev.errand.TaskInfo;
import dev.errand.TaskQueue;
import dev.errand.TokenInfo;
import dev.errand.TokenState;
import dev.errand.TriggerOptions;
import dev.errand.TypeRef;
import dev.errand.ValueInfo;
import dev.errand.json.ApiJson;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the engine says is what is read on the other side, and what is asked of it is done. */
@Tag(TestServer.STORES)
class V1Test {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class).run((payload, run) -> {
                run.log().info("echoing");
                run.emit("item");
                return run.step("copy", Json.class, () -> payload);
            }),
            Task.named("fail", Json.class, Json.class)
                    .queue(TaskQueue.named("brittle"))
                    .run((payload, run) -> {
                        throw new IllegalStateException("no luck");
                    }));

    private static Reply get(String path) {
        return server.get(Question.BASE + path);
    }

    private static Reply put(String path, String body) {
        return server.send("PUT", Question.BASE + path, body, server.key(Role.OPERATOR));
    }

    private static Reply delete(String path) {
        return server.send("DELETE", Question.BASE + path, null, server.key(Role.OPERATOR));
    }

    private static <T> T read(Reply reply, Class<T> type) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ApiJson.read(reply.body().getBytes(UTF_8), type);
    }

    private static <T> T read(Reply reply, TypeRef<T> type) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ApiJson.read(reply.body().getBytes(UTF_8), type);
    }

    private static Run<Json> echoed() throws InterruptedException {
        Run<Json> run = server.errand()
                .trigger("echo", Map.of("n", 1), TriggerOptions.none().tags("v1"));
        run.await(PATIENCE);
        return run;
    }

    private static Run<Json> delayed() {
        return server.errand().trigger("echo", null, TriggerOptions.none().after(Duration.ofHours(1)));
    }

    @Test
    void aRunIsReadAsTheEngineTellsIt() throws Exception {
        Run<Json> run = echoed();
        String path = "/runs/" + run.id();
        assertThat(read(get(path), RunInfo.class)).isEqualTo(run.info());
        assertThat(read(get(path + "/steps"), new TypeRef<Page<Step>>() {}).items())
                .isEqualTo(run.steps());
        assertThat(get(path + "/attempts").at("items.0.state")).isEqualTo("COMPLETED");
        assertThat(get(path + "/log").at("items.0.message")).isEqualTo("echoing");
        String position = get(path + "/log").at("items.0.position");
        assertThat(get(path + "/log?after=" + position).at("items")).isEqualTo("[]");
        assertThat(get(path + "/emitted").at("items.0.item")).isEqualTo("item");
        assertThat(get(path + "/signals").at("items")).isEqualTo("[]");
        assertThat(get(path + "/published").at("items")).isEqualTo("[]");
        assertThat(get(path + "/why").at("why")).isEqualTo(server.errand().why(run.id()));
    }

    @Test
    void runsAreListedByWhatTheyAre() throws Exception {
        Run<Json> run = echoed();
        Run<Json> later = delayed();
        Page<RunInfo> tagged = read(get("/runs?tag=v1&state=completed,failed&limit=1"), new TypeRef<>() {});
        assertThat(tagged.items()).hasSize(1);
        assertThat(tagged.items().getFirst().tags()).contains("v1");
        assertThat(read(get("/runs?task=echo&state=DELAYED"), new TypeRef<Page<RunInfo>>() {})
                        .items())
                .contains(later.info())
                .noneMatch(each -> each.id().equals(run.id()));
        assertThat(read(get("/runs?until=2000-01-01T00:00:00Z"), new TypeRef<Page<RunInfo>>() {})
                        .items())
                .isEmpty();
    }

    @Test
    void aListThatCannotBeIsRefusedWithTheName() {
        for (String name : List.of(
                "limit=0",
                "state=RUNNING",
                "colour=red",
                "from=today",
                "test=yes",
                "parent=run_1",
                "cursor=no%20cursor")) {
            Reply reply = get("/runs?" + name);
            assertThat(reply.status()).as(name).isEqualTo(400);
            assertThat(reply.at("param")).isEqualTo(name.replaceAll("=.*", ""));
        }
    }

    @Test
    void aTaskIsTriggeredWithOptionsInTheWordsOfTheLibrary() throws Exception {
        Reply reply = server.post(
                Question.BASE + "/tasks/echo/runs",
                "{\"payload\":{\"n\":1.50},\"options\":{\"name\":\"first\",\"tags\":[\"a\"],\"delay\":\"PT1H\"}}");
        Page<RunInfo> named = read(get("/runs?name=first"), new TypeRef<>() {});
        RunInfo run = named.items().getFirst();
        assertThat(run.id().toString()).isEqualTo(reply.at("id"));
        assertThat(reply.at("isHit")).isEqualTo("false");
        assertThat(run.state()).isEqualTo(RunState.DELAYED);
        assertThat(run.tags()).containsExactly("a");
        assertThat(run.payload()).isEqualTo(new Json("{\"n\":1.50}"));
        assertThat(get("/tasks").body()).contains("\"echo\"", "\"fail\"");
        assertThat(read(get("/tasks/echo"), TaskInfo.class))
                .isEqualTo(server.errand().task("echo").orElseThrow());
        assertThat(get("/tasks/nobody").status()).isEqualTo(404);
        assertThat(server.post(Question.BASE + "/tasks/nobody/runs", "{}").status())
                .isEqualTo(404);
        Reply wrong = server.post(Question.BASE + "/tasks/echo/runs", "{\"options\":{\"priority\":-1}}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.at("param")).isEqualTo("options");
        assertThat(server.post(Question.BASE + "/tasks/echo/runs", "{\"options\":{\"tags\":[\"\\u0000\"]}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsAskedOfARunIsAnsweredByAWord() throws Exception {
        Run<Json> run = delayed();
        String path = Question.BASE + "/runs/" + run.id();
        Instant tomorrow = server.errand().now().plus(Duration.ofDays(1));
        assertThat(server.post(path + "/reschedule", "{\"at\":\"" + tomorrow + "\"}")
                        .at("answer"))
                .isEqualTo("RESCHEDULED");
        assertThat(run.info().dueAt()).isEqualTo(tomorrow);
        assertThat(server.post(path + "/signals", "{\"name\":\"go\",\"value\":7}")
                        .at("answer"))
                .isEqualTo("OK");
        assertThat(get("/runs/" + run.id() + "/signals").at("items.0.value")).isEqualTo("7");
        assertThat(server.post(path + "/retry", null).at("answer")).isEqualTo("NOT_FAILED");
        assertThat(server.post(path + "/cancel", "{\"reason\":\"enough\"}").at("answer"))
                .isEqualTo("OK");
        assertThat(run.info().reason()).isEqualTo("enough");
        assertThat(server.post(path + "/reschedule", "{\"at\":\"" + tomorrow + "\"}")
                        .at("answer"))
                .isEqualTo("NOT_DELAYED");
        String again = server.post(path + "/replay", null).at("id");
        assertThat(get("/runs/" + again).at("replayOf")).isEqualTo(run.id().toString());
        assertThat(delete("/runs/" + run.id()).at("answer")).isEqualTo("PURGED");
        assertThat(get("/runs/" + run.id()).status()).isEqualTo(404);
    }

    @Test
    void queuesArePausedAndLimited() {
        String path = "/queues/brittle";
        assertThat(server.post(Question.BASE + path + "/pause", null).at("paused"))
                .isEqualTo("true");
        assertThat(server.post(Question.BASE + path + "/resume", null).at("paused"))
                .isEqualTo("false");
        QueueInfo limited = read(
                put(path + "/limits", "{\"limits\":{\"concurrency\":3,\"onConflict\":\"WAIT\"}}"), QueueInfo.class);
        assertThat(limited.override()).isNotNull();
        assertThat(limited).isEqualTo(server.errand().queues().get("brittle"));
        assertThat(put(path + "/limits", "{\"limits\":{\"concurrency\":-3}}").status())
                .isEqualTo(400);
        assertThat(put(path + "/limits", "{}").at("param")).isEqualTo("limits");
        assertThat(read(delete(path + "/limits"), QueueInfo.class).override()).isNull();
        assertThat(get("/queues").body()).contains("\"brittle\"");
        assertThat(get("/queues/nobody").status()).isEqualTo(404);
    }

    @Test
    void tokensAndValuesAreKept() {
        TokenInfo token = read(
                server.post(Question.BASE + "/tokens", "{\"options\":{\"name\":\"ok\",\"timeout\":\"PT1H\"}}"),
                TokenInfo.class);
        String path = Question.BASE + "/tokens/" + token.id();
        assertThat(server.post(path + "/fail", "{\"error\":\" \"}").status()).isEqualTo(400);
        assertThat(server.post(path + "/complete", "{\"value\":{\"by\":\"me\"}}")
                        .at("answer"))
                .isEqualTo("OK");
        assertThat(server.post(path + "/fail", "{\"error\":\"late\"}").at("answer"))
                .isEqualTo("ENDED");
        TokenInfo completed = read(get("/tokens/" + token.id()), TokenInfo.class);
        assertThat(completed.state()).isEqualTo(TokenState.COMPLETED);
        assertThat(completed.value()).isEqualTo(new Json("{\"by\":\"me\"}"));
        assertThat(get("/tokens?state=completed").body()).contains(token.id().toString());

        assertThat(read(put("/values/limit", "{\"value\":7}"), ValueInfo.class).value())
                .isEqualTo(new Json("7"));
        assertThat(get("/values").at("items.0.name")).isEqualTo("limit");
        assertThat(put("/values/limit", "{}").status()).isEqualTo(400);
        assertThat(put("/values/limit", "{\"value\":\"" + "x".repeat(70_000) + "\"}")
                        .status())
                .isEqualTo(422);
        assertThat(delete("/values/limit").at("removed")).isEqualTo("true");
        assertThat(read(get("/values/limit"), ValueInfo.class).value()).isNull();
    }

    @Test
    void schedulesComeAndGo() {
        Schedule schedule = Schedule.cron("30 2 * * *").zone("Europe/Berlin");
        String body = "{\"task\":\"echo\",\"schedule\":" + ApiJson.text(schedule) + "}";
        ScheduleInfo made = read(put("/schedules/nightly", body), ScheduleInfo.class);
        assertThat(made.schedule()).isEqualTo(schedule);
        assertThat(get("/schedules/nightly/next?count=3").json().get("items")).hasSize(3);
        assertThat(server.post(Question.BASE + "/schedules/nightly/pause", null).at("state"))
                .isEqualTo("PAUSED");
        assertThat(server.post(Question.BASE + "/schedules/nightly/run", null).at("id"))
                .startsWith("run_");
        assertThat(get("/schedules").body()).contains("nightly");
        assertThat(put("/schedules/x", body.replace("30 2 * * *", "61 2 * * *")).status())
                .isEqualTo(400);
        assertThat(delete("/schedules/nightly").at("deleted")).isEqualTo("true");
        assertThat(get("/schedules/nightly").status()).isEqualTo(404);
    }

    @Test
    void nodesAreToldHowMuchTheyDo() {
        NodeInfo self = server.errand().nodes().stream()
                .filter(NodeInfo::self)
                .findFirst()
                .orElseThrow();
        assertThat(get("/nodes").at("items.0.number")).isEqualTo(Long.toString(self.number()));
        assertThat(put("/nodes/" + self.number() + "/concurrency", "{\"concurrency\":7}")
                        .at("concurrency"))
                .isEqualTo("7");
        assertThat(put("/nodes/999999/concurrency", "{\"concurrency\":7}").status())
                .isEqualTo(404);
        assertThat(put("/nodes/" + self.number() + "/concurrency", "{\"concurrency\":0}")
                        .status())
                .isEqualTo(400);
        assertThat(put("/nodes/" + self.number() + "/concurrency", "{}").at("param"))
                .isEqualTo("concurrency");
        assertThat(get("/locks").at("items")).isEqualTo("[]");
        assertThat(get("/subscriptions").at("items")).isEqualTo("[]");
        assertThat(get("/time").at("now")).isNotEmpty();
    }

    @Test
    void aViewerOnlyLooks() {
        String viewer = server.key(Role.VIEWER);
        assertThat(server.send("GET", Question.BASE + "/nodes", null, viewer).status())
                .isEqualTo(200);
        assertThat(server.send("POST", Question.BASE + "/tasks/echo/runs", "{}", viewer)
                        .status())
                .isEqualTo(403);
        assertThat(server.send("GET", Question.BASE + "/nodes", null, null).status())
                .isEqualTo(401);
    }
}
