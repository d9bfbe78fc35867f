package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.Json;
import dev.errand.Machine;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class ListRunsTest {
    private static final Duration DAY = Duration.ofDays(1);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("a", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("b", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("c", Json.class, Json.class)
                    .queue(TaskQueue.named("mail"))
                    .machine(Machine.MICRO)
                    .run((payload, run) -> payload));

    /** Each test looks at its own runs only. */
    @BeforeEach
    void another() {
        server.errand().purge(RunQuery.all());
    }

    private static String delayed(String task, String... tags) {
        Run<Json> run = server.errand()
                .trigger(task, null, TriggerOptions.none().after(DAY).tags(tags));
        return run.id().toString();
    }

    private static Reply list(String... query) {
        return listAt("/api/v1/runs", query);
    }

    private static Reply listAt(String path, String... query) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < query.length; i += 2) {
            pairs.add(encoded(query[i]) + "=" + encoded(query[i + 1]));
        }
        return server.get(path + "?" + String.join("&", pairs));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<String> ids(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json()
                .path("data")
                .valueStream()
                .map(run -> run.path("id").stringValue())
                .toList();
    }

    @Test
    void theNewestComesFirstAndTellsNoPayload() {
        String first = delayed("a");
        String second = delayed("b");
        Reply reply = list();
        assertThat(ids(reply)).containsExactly(second, first);
        assertThat(reply.body())
                .contains("\"env\":{\"id\":\"dev\"")
                .doesNotContain("payload", "attemptCount", "null", "next");
    }

    @Test
    void filtersOfOneKindAreJoinedByOrAndDifferentOnesByAnd() throws InterruptedException {
        String a = delayed("a", "x");
        String b = delayed("b", "y", "z");
        Run<Json> ended = server.test().finish(server.errand().trigger("a", null));
        assertThat(ids(list("filter[taskIdentifier]", "a,b", "filter[status]", "DELAYED")))
                .containsExactly(b, a);
        assertThat(ids(list("filter[taskIdentifier]", "a", "filter[status]", "DELAYED,QUEUED")))
                .containsExactly(a);
        assertThat(ids(list("filter[status]", "COMPLETED")))
                .containsExactly(ended.id().toString());
        assertThat(ids(list("filter[tag]", "x,z"))).containsExactly(b, a);
        assertThat(ids(list("filter[tag]", "x", "filter[taskIdentifier]", "b"))).isEmpty();
        assertThat(ids(list("filter[status]", "PENDING_VERSION,SYSTEM_FAILURE")))
                .as("none is ever")
                .isEmpty();
    }

    @Test
    void testsAreToldFromTheOthers() {
        String real = delayed("a");
        String test = server.errand()
                .trigger("a", null, TriggerOptions.none().after(DAY).asTest())
                .id()
                .toString();
        assertThat(ids(list("filter[isTest]", "true"))).containsExactly(test);
        assertThat(ids(list("filter[isTest]", "false"))).containsExactly(real);
        assertThat(list().at("data.0.isTest")).isEqualTo("true");
    }

    @Test
    void timesAreInclusive() {
        String old = delayed("a");
        long from = server.errand().now().toEpochMilli();
        server.test().clock().advance(Duration.ofHours(2));
        String young = delayed("a");
        String now = server.errand().now().toString();
        assertThat(ids(list("filter[createdAt][from]", String.valueOf(from)))).containsExactly(young, old);
        assertThat(ids(list("filter[createdAt][from]", String.valueOf(from + 1))))
                .containsExactly(young);
        assertThat(ids(list("filter[createdAt][to]", String.valueOf(from)))).containsExactly(old);
        assertThat(ids(list("filter[createdAt][from]", now, "filter[createdAt][to]", now)))
                .containsExactly(young);
        assertThat(ids(list("filter[createdAt][period]", "1h"))).containsExactly(young);
        assertThat(ids(list("filter[createdAt][period]", "1d"))).containsExactly(young, old);
    }

    @Test
    void aWalkNeitherRepeatsNorLeavesOutWhileRunsCome() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            expected.addFirst(delayed("a"));
        }
        List<String> walked = new ArrayList<>();
        Reply page = list("page[size]", "3");
        while (!page.at("pagination.next").isEmpty()) {
            walked.addAll(ids(page));
            delayed("a");
            page = list("page[size]", "3", "page[after]", page.at("pagination.next"));
        }
        walked.addAll(ids(page));
        assertThat(walked).isEqualTo(expected);
    }

    @Test
    void theWayBackMeetsTheSamePagesAndEndsAtTheNewest() {
        for (int i = 0; i < 8; i++) {
            delayed("a", "x");
        }
        String[] filter = {"filter[tag]", "x", "page[size]", "3"};
        Reply first = list(filter);
        assertThat(first.at("pagination.previous")).isEmpty();
        Reply second = list(with(filter, "page[after]", first.at("pagination.next")));
        Reply third = list(with(filter, "page[after]", second.at("pagination.next")));
        assertThat(ids(third)).hasSize(2);
        assertThat(third.body()).doesNotContain("next").contains("previous");
        String come = delayed("a", "x");
        Reply back = list(with(filter, "page[before]", third.at("pagination.previous")));
        assertThat(ids(back)).isEqualTo(ids(second));
        assertThat(ids(list(with(filter, "page[after]", back.at("pagination.next")))))
                .isEqualTo(ids(third));
        back = list(with(filter, "page[before]", back.at("pagination.previous")));
        assertThat(ids(back)).isEqualTo(ids(first));
        back = list(with(filter, "page[before]", back.at("pagination.previous")));
        assertThat(ids(back)).containsExactly(come);
        assertThat(back.body()).doesNotContain("previous");
    }

    private static String[] with(String[] query, String... more) {
        List<String> all = new ArrayList<>(List.of(query));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void runsAreFoundByQueueMachineAndVersion() throws InterruptedException {
        String a = delayed("a");
        String c = delayed("c");
        Run<Json> sized = server.errand()
                .trigger("a", null, TriggerOptions.none().after(DAY).machine(Machine.SMALL_2X));
        assertThat(ids(list("filter[queue]", "mail"))).containsExactly(c);
        assertThat(ids(list("filter[queue]", "task/a")))
                .containsExactly(sized.id().toString(), a);
        assertThat(ids(list("filter[queue]", "mail,task/a,task/b"))).hasSize(3);
        assertThat(ids(list("filter[queue]", "task/c"))).isEmpty();
        assertThat(ids(list("filter[machine]", "micro"))).as("its task's").containsExactly(c);
        assertThat(ids(list("filter[machine]", "micro,small-2x")))
                .containsExactly(sized.id().toString(), c);
        assertThat(ids(list("filter[machine]", "large-2x"))).isEmpty();
        server.test().finish(server.errand().trigger("a", null));
        assertThat(ids(list("filter[version]", "2.4.1"))).isEmpty();
    }

    @Test
    void runsAreFoundByWhatMadeThem() {
        delayed("a");
        Batch<Json> batch = server.errand()
                .triggerBatch(List.of(TriggerRequest.of("a", 1), TriggerRequest.of("b", 2)), BatchOptions.none());
        Schedules schedules = server.errand().schedules();
        ScheduleInfo nightly = schedules.put("nightly", "b", Schedule.cron("0 2 * * *"));
        String fired = schedules.run("nightly").id().toString();
        assertThat(ids(list("filter[batch]", batch.id().toString())))
                .containsExactlyInAnyOrderElementsOf(
                        batch.runs().stream().map(run -> run.id().toString()).toList());
        assertThat(ids(list("filter[batch]", batch.id().toString(), "filter[taskIdentifier]", "a")))
                .hasSize(1);
        assertThat(ids(list("filter[schedule]", nightly.id()))).containsExactly(fired);
        schedules.delete("nightly");
        assertThat(ids(list("filter[schedule]", nightly.id()))).containsExactly(fired);
        for (String[] none : new String[][] {
            {"filter[batch]", "batch_x"},
            {"filter[batch]", BatchId.next(server.errand().now()).toString()},
            {"filter[schedule]", "sched_x"},
            {"filter[region]", "eu-central-1"},
            {"filter[bulkAction]", "bulk_1"},
        }) {
            assertThat(ids(list(none))).as(none[0]).isEmpty();
        }
    }

    @Test
    void aProjectsRunsAreThoseThereAre() {
        String run = delayed("a");
        String path = "/api/v1/projects/proj_x/runs";
        assertThat(ids(listAt(path, "filter[taskIdentifier]", "a"))).containsExactly(run);
        assertThat(ids(listAt(path, "filter[env]", "staging,dev"))).containsExactly(run);
        assertThat(ids(listAt(path, "filter[env]", "prod"))).isEmpty();
        assertThat(listAt(path, "filter[colour]", "red").status()).isEqualTo(400);
    }

    @Test
    void whatRunsCannotBeListedByIs400() {
        for (String[] query : new String[][] {
            {"filter[status]", "SLEEPING"},
            {"filter[isTest]", "maybe"},
            {"filter[createdAt][from]", "yesterday"},
            {"filter[createdAt][from]", "+999999999-12-31T00:00:00Z"},
            {"filter[createdAt][to]", "999999999999999"},
            {"filter[createdAt][period]", "long"},
            {"filter[colour]", "red"},
            {"page[size]", "0"},
            {"page[size]", "101"},
            {"page[size]", "1e1"},
            {"page[after]", "no cursor"},
            {"page[before]", "no cursor"},
            {"page[before]", "x!", "page[after]", "y!"},
            {"filter[env]", "dev"},
            {"filter[machine]", "micro,huge"},
        }) {
            Reply reply = list(query);
            assertThat(reply.status()).as(query[0] + "=" + query[1]).isEqualTo(400);
            assertThat(reply.at("param")).isEqualTo(query[0]);
        }
        assertThat(list("filter[tag]", "a\0b").status()).isEqualTo(400);
    }

    @Test
    void aPeriodMayReachFurtherBackThanAnyCalendar() {
        String run = delayed("a");
        assertThat(ids(list("filter[createdAt][period]", "999999999w999999999w")))
                .containsExactly(run);
    }
}
