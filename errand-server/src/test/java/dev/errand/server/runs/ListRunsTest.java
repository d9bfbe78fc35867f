package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
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
            Task.named("b", Json.class, Json.class).run((payload, run) -> payload));

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
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < query.length; i += 2) {
            pairs.add(encoded(query[i]) + "=" + encoded(query[i + 1]));
        }
        return server.get("/api/v1/runs?" + String.join("&", pairs));
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
            {"page[before]", "x"},
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
