package dev.errand.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Overlap;
import dev.errand.Role;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleQuery;
import dev.errand.ScheduleState;
import dev.errand.ScheduledTime;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.Timing;
import dev.errand.cron.Cron;
import dev.errand.cron.DstPolicy;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class ScheduleRoutesTest {
    private static final String ALL = "/api/v1/schedules";

    private record Customer(int number) {}

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("report", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("remind", Customer.class, Integer.class).run((customer, run) -> customer.number()),
            Task.named("coded", ScheduledTime.class)
                    .schedule(Schedule.cron("0 4 1 1 *"))
                    .run((time, run) -> {}));

    private static final String KEY = server.key(Role.OPERATOR);

    private final Schedules schedules = server.errand().schedules();

    /** All but the one that stands in code. */
    @BeforeEach
    void none() {
        for (ScheduleInfo info : schedules.list(ScheduleQuery.all()).items()) {
            if (info.declared()) {
                schedules.resume(info.key());
            } else {
                schedules.delete(info.key());
            }
        }
    }

    private static Reply send(String method, String path, @Nullable String body) {
        return server.send(method, path, body == null ? null : body.replace('\'', '"'), KEY);
    }

    private static Reply create(String body) {
        return send("POST", ALL, body);
    }

    private static Reply made(String key, String cron) {
        Reply reply = create("{'task': 'report', 'cron': '%s', 'deduplicationKey': '%s'}".formatted(cron, key));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply;
    }

    private static Reply update(String id, String body) {
        return send("PUT", ALL + "/" + id, body);
    }

    private static Instant next(String cron, String zone) {
        return Cron.parse(cron).next(server.errand().now(), ZoneId.of(zone)).orElseThrow();
    }

    // ── made and looked at

    @Test
    void aScheduleIsMadeAsItIsSaid() { // case 163
        Reply made =
                create("{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': 'a/b', 'externalId': 'user 17',"
                        + " 'timezone': 'Asia/Tokyo'}");
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        assertThat(made.at("id")).matches("sched_\\w+");
        assertThat(made.at("type")).isEqualTo("IMPERATIVE");
        assertThat(made.at("task")).isEqualTo("report");
        assertThat(made.at("active")).isEqualTo("true");
        assertThat(made.at("generator.type")).isEqualTo("CRON");
        assertThat(made.at("generator.expression")).isEqualTo("0 5 * * *");
        assertThat(made.at("generator.description")).isNotEmpty();
        assertThat(made.at("timezone")).isEqualTo("Asia/Tokyo");
        assertThat(made.at("environments.0.id")).isEqualTo("dev");
        assertThat(made.at("environments.0.type")).isEqualTo("DEVELOPMENT");
        assertThat(made.at("deduplicationKey")).isEqualTo("a/b");
        assertThat(made.at("externalId")).isEqualTo("user 17");
        assertThat(Instant.parse(made.at("nextRun"))).isEqualTo(next("0 5 * * *", "Asia/Tokyo"));
        assertThat(made.at("nextRunEffectiveAt")).isEqualTo(made.at("nextRun"));
        assertThat(made.body()).doesNotContain("null", "window");
        Reply retrieved = server.get(ALL + "/" + made.at("id"));
        assertThat(retrieved.status()).isEqualTo(200);
        assertThat(retrieved.json()).isEqualTo(made.json());
    }

    @Test
    void theSameKeyChangesTheScheduleThatHasIt() { // case 167
        Reply first =
                create("{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': 'd', 'externalId': 'x', 'timezone':"
                        + " 'Asia/Tokyo'}");
        Reply second = create("{'task': 'coded', 'cron': '30 6 * * *', 'deduplicationKey': 'd'}");
        assertThat(second.at("id")).isEqualTo(first.at("id")).isNotEmpty();
        assertThat(second.at("generator.expression")).isEqualTo("30 6 * * *");
        assertThat(second.at("task")).isEqualTo("coded");
        assertThat(second.at("timezone")).isEqualTo("UTC");
        assertThat(second.at("externalId")).isEmpty();
        assertThat(Instant.parse(second.at("nextRun"))).isEqualTo(next("30 6 * * *", "UTC"));
        assertThat(schedules.count(ScheduleQuery.all())).isEqualTo(2);
    }

    @Test
    void ofManyWhoMakeOneAtOnceAllGetTheSame() throws Exception {
        List<Callable<String>> makers = IntStream.range(0, 8)
                .<Callable<String>>mapToObj(i -> () -> made("rush", "0 5 * * *").at("id"))
                .toList();
        List<String> ids = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> id : threads.invokeAll(makers)) {
                ids.add(id.get());
            }
        }
        assertThat(ids).containsOnly(schedules.get("rush").id());
    }

    @Test
    void aWindowMovesWhenItFiresNotWhatItFiresFor() {
        Reply made =
                create("{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': 'spread out', 'window': '90m'}");
        Instant nominal = next("0 5 * * *", "UTC");
        assertThat(made.at("window")).isEqualTo("90m");
        assertThat(Instant.parse(made.at("nextRun"))).isEqualTo(nominal);
        assertThat(Instant.parse(made.at("nextRunEffectiveAt")))
                .isEqualTo(schedules.get("spread out").next())
                .isAfter(nominal)
                .isBefore(nominal.plus(Duration.ofMinutes(90)));
        String body = "{'task': 'report', 'cron': '0 5 * * *', 'window': '%s'}";
        assertThat(update(made.at("id"), body.formatted("24h")).at("window")).isEqualTo("24h");
        assertThat(update(made.at("id"), body.formatted("90s")).at("window")).isEqualTo("1m30s");
        assertThat(update(made.at("id"), body.formatted("0m")).body()).doesNotContain("window");
    }

    @Test
    void listsHaveNumberedPagesInTheOrderOfKeys() {
        for (String key : List.of("d", "a", "c", "b")) {
            made(key, "0 5 * * *");
        }
        Reply first = server.get(ALL + "?page=1&perPage=2");
        assertThat(List.of(first.at("data.0.deduplicationKey"), first.at("data.1.deduplicationKey")))
                .containsExactly("a", "b");
        assertThat(first.json().path("pagination").toString())
                .isEqualTo("{\"currentPage\":1,\"totalPages\":3,\"count\":5}");
        Reply second = server.get(ALL + "?page=2&perPage=2");
        assertThat(second.at("data.0.deduplicationKey")).isEqualTo("c");
        assertThat(second.at("data.1.type")).as("the one in code").isEqualTo("DECLARATIVE");
        assertThat(second.at("pagination.currentPage")).isEqualTo("2");
        assertThat(server.get(ALL + "?page=3&perPage=2").at("data.0.deduplicationKey"))
                .isEqualTo("d");
        for (String beyond : List.of("4", "999999999")) {
            Reply none = server.get(ALL + "?page=" + beyond + "&perPage=2");
            assertThat(none.status()).isEqualTo(200);
            assertThat(none.json().path("data").size()).isZero();
            assertThat(none.at("pagination.count")).isEqualTo("5");
        }
        assertThat(server.get(ALL).json().path("data").size()).isEqualTo(5);
        for (String bad : List.of("page=0", "page=x", "perPage=0", "perPage=101", "filter[task]=x")) {
            Reply reply = server.get(ALL + "?" + bad.replace("[", "%5B").replace("]", "%5D"));
            assertThat(reply.status()).as(bad).isEqualTo(400);
            assertThat(bad).startsWith(reply.at("param") + "=");
        }
    }

    // ── changed

    @Test
    void anUpdateSaysAllButTheKeyAndWhetherItIsActive() {
        String id = create("{'task': 'report', 'cron': '0 5 * * *', 'deduplicationKey': 'd', 'externalId': 'x',"
                        + " 'timezone': 'Asia/Tokyo', 'window': '5m'}")
                .at("id");
        Reply other =
                update(id, "{'task': 'coded', 'cron': '0 0 L FEB *', 'externalId': 'y', 'timezone': 'Europe/Berlin'}");
        assertThat(other.status()).as(other.body()).isEqualTo(200);
        assertThat(other.at("id")).isEqualTo(id);
        assertThat(other.at("task")).isEqualTo("coded");
        assertThat(other.at("externalId")).isEqualTo("y");
        assertThat(other.at("deduplicationKey")).isEqualTo("d");
        assertThat(Instant.parse(other.at("nextRun"))).isEqualTo(next("0 0 L 2 *", "Europe/Berlin"));
        schedules.pause("d");
        Reply bare = update(id, "{'task': 'report', 'cron': '@daily', 'deduplicationKey': 'other'}");
        assertThat(bare.at("externalId")).isEmpty();
        assertThat(bare.at("timezone")).isEqualTo("UTC");
        assertThat(bare.at("deduplicationKey")).isEqualTo("d");
        assertThat(bare.at("active")).isEqualTo("false");
        assertThat(bare.body()).doesNotContain("window").contains("\"nextRun\":null");
    }

    @Test
    void whatClientsCannotSayStaysAsItIs() {
        Schedule friday13th = Schedule.cron(Cron.parse("0 0 13 * FRI").daysMatchBoth())
                .clocks(new DstPolicy(DstPolicy.Gap.SKIP, DstPolicy.Overlap.BOTH))
                .payload(new Customer(17))
                .overlap(Overlap.SKIP);
        String id = schedules.put("friday", "remind", friday13th).id();
        Instant next = schedules.get("friday").next();
        Reply named = update(id, "{'task': 'remind', 'cron': '0 0 13 * FRI', 'externalId': 'x'}");
        assertThat(named.status()).as(named.body()).isEqualTo(200);
        assertThat(Instant.parse(named.at("nextRun"))).isEqualTo(next);
        made("friday", "0 7 * * *", "remind");
        Schedule then = schedules.get("friday").schedule();
        assertThat(then.payload()).isEqualTo(new Json("{\"number\":17}"));
        assertThat(then.overlap()).isEqualTo(Overlap.SKIP);
        assertThat(then.timing()).isInstanceOfSatisfying(Timing.Crons.class, crons -> {
            assertThat(crons.expressions()).containsExactly(Cron.parse("0 7 * * *"));
            assertThat(crons.clocks().overlap()).isEqualTo(DstPolicy.Overlap.BOTH);
        });
    }

    private static void made(String key, String cron, String task) {
        Reply reply = create("{'task': '%s', 'cron': '%s', 'deduplicationKey': '%s'}".formatted(task, cron, key));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    }

    @Test
    void timesThatAreNoCronExpressionReadAsOneAndMayBeSaidAgain() {
        String id = schedules
                .put("steady", "report", Schedule.every(Duration.ofMinutes(10)))
                .id();
        schedules.put("both", "report", Schedule.cron("0 5 * * *", "0 7 * * *"));
        schedules.put("once", "report", Schedule.once(server.errand().now().plus(Duration.ofDays(1))));
        Reply all = server.get(ALL);
        assertThat(all.json().path("data"))
                .allSatisfy(
                        each -> assertThat(each.path("generator").path("type").asString())
                                .isEqualTo("CRON"));
        assertThat(all.at("data.0.generator.expression")).isEqualTo("0 5 * * *, 0 7 * * *");
        Reply renamed = update(id, "{'task': 'report', 'cron': 'every 10m', 'externalId': 'x'}");
        assertThat(renamed.at("externalId")).isEqualTo("x");
        assertThat(schedules.get("steady").schedule().timing()).isEqualTo(new Timing.Every(Duration.ofMinutes(10)));
    }

    @Test
    void aScheduleIsStoppedAndGoesOn() {
        String id = made("d", "0 5 * * *").at("id");
        for (int twice = 0; twice < 2; twice++) {
            Reply stopped = server.post(ALL + "/" + id + "/deactivate", null);
            assertThat(stopped.status()).isEqualTo(200);
            assertThat(stopped.at("id")).isEqualTo(id);
            assertThat(stopped.at("active")).isEqualTo("false");
            assertThat(stopped.body()).contains("\"nextRun\":null", "\"nextRunEffectiveAt\":null");
        }
        assertThat(schedules.get("d").state()).isEqualTo(ScheduleState.PAUSED);
        for (int twice = 0; twice < 2; twice++) {
            Reply going = server.post(ALL + "/" + id + "/activate", null);
            assertThat(going.status()).isEqualTo(200);
            assertThat(going.at("active")).isEqualTo("true");
            assertThat(Instant.parse(going.at("nextRun"))).isEqualTo(next("0 5 * * *", "UTC"));
        }
    }

    @Test
    void whatIsDeletedIsGone() {
        String id = made("d", "0 5 * * *").at("id");
        Reply deleted = send("DELETE", ALL + "/" + id, null);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.body()).isEqualTo("{\"id\":\"" + id + "\"}");
        isUnknown(id);
        assertThat(made("d", "0 5 * * *").at("id")).isNotEqualTo(id);
    }

    private static void isUnknown(String id) {
        String body = "{'task': 'report', 'cron': '0 5 * * *'}";
        String path = ALL + "/" + id;
        for (Reply reply : List.of(
                send("GET", path, null),
                send("PUT", path, body),
                send("DELETE", path, null),
                send("POST", path + "/activate", null),
                send("POST", path + "/deactivate", null))) {
            assertThat(reply.status()).as(reply.body()).isEqualTo(404);
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
            assertThat(reply.error()).contains("No schedule");
        }
    }

    @Test
    void onlyIdsAreKnown() {
        made("d", "0 5 * * *");
        for (String id : List.of("d", "sched_00000000000000000000000000", "x".repeat(3_000))) {
            isUnknown(id);
        }
        assertThat(server.get(ALL + "/a%00b").status()).isIn(400, 404);
        assertThat(schedules.get("d").state()).isEqualTo(ScheduleState.ACTIVE);
    }

    // ── those in code

    @Test
    void aScheduleInCodeIsOnlyStoppedAndLetGoOn() {
        ScheduleInfo coded = schedules.get("coded");
        String path = ALL + "/" + coded.id();
        Reply retrieved = server.get(path);
        assertThat(retrieved.at("type")).isEqualTo("DECLARATIVE");
        assertThat(retrieved.at("generator.expression")).isEqualTo("0 4 1 1 *");
        assertThat(retrieved.body()).doesNotContain("deduplicationKey");
        for (Reply refused : List.of(
                update(coded.id(), "{'task': 'coded', 'cron': '0 5 * * *'}"),
                send("DELETE", path, null),
                create("{'task': 'coded', 'cron': '0 5 * * *', 'deduplicationKey': 'coded'}"))) {
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.error()).contains("stands in the code of task coded");
        }
        assertThat(schedules.get("coded")).isEqualTo(coded);
        assertThat(server.post(path + "/deactivate", null).at("active")).isEqualTo("false");
        assertThat(server.post(path + "/activate", null).at("active")).isEqualTo("true");
    }

    // ── who may

    @Test
    void aViewerLooksOnly() {
        String id = made("d", "0 5 * * *").at("id");
        String viewer = server.key(Role.VIEWER);
        assertThat(server.send("GET", ALL, null, viewer).status()).isEqualTo(200);
        assertThat(server.send("GET", ALL + "/" + id, null, viewer).status()).isEqualTo(200);
        for (Reply reply : List.of(
                server.send("POST", ALL, "{}", viewer),
                server.send("PUT", ALL + "/" + id, "{}", viewer),
                server.send("DELETE", ALL + "/" + id, null, viewer),
                server.send("POST", ALL + "/" + id + "/activate", null, viewer),
                server.send("POST", ALL + "/" + id + "/deactivate", null, viewer))) {
            assertThat(reply.status()).isEqualTo(403);
        }
        assertThat(server.send("GET", ALL, null, null).status()).isEqualTo(401);
    }
}
