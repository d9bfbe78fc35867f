package dev.errand.server.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.MinuteStatistics;
import dev.errand.Page;
import dev.errand.Retry;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TypeRef;
import dev.errand.json.ApiJson;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What ended in each minute, and how long it took. */
@Tag(TestServer.STORES)
class MinuteStatisticsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @AutoClose
    private final TestServer server = TestServer.open(
            Task.named("works", Json.class, Json.class).run((payload, run) -> {
                advance(SECOND);
                return payload;
            }),
            Task.named("fails", Json.class, Json.class).retry(Retry.none()).run((payload, run) -> {
                throw new IllegalStateException("boom");
            }));

    private void advance(Duration by) {
        server.test().clock().advance(by);
    }

    private void run(String task) throws InterruptedException {
        server.test().finish(server.errand().trigger(task, null));
    }

    private List<MinuteStatistics> minutes(String query) {
        Reply reply = server.get(Question.BASE + "/statistics" + query);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ApiJson.read(reply.body().getBytes(StandardCharsets.UTF_8), new TypeRef<Page<MinuteStatistics>>() {})
                .items();
    }

    @Test
    void runsAreCountedByMinuteTaskAndState() throws InterruptedException {
        Instant first = server.errand().now();
        run("works");
        run("works");
        run("fails");
        advance(Duration.ofMinutes(1));
        run("works");
        assertThat(minutes("?task=WORKS")).singleElement().satisfies(minute -> {
            assertThat(minute.minute()).isEqualTo(first);
            assertThat(minute.task()).isEqualTo("works");
            assertThat(minute.state()).isEqualTo(RunState.COMPLETED);
            assertThat(minute.count()).isEqualTo(2);
            assertThat(minute.waited().p99()).isEqualTo(Duration.ZERO);
            assertThat(minute.ran().p50().toMillis()).isBetween(930L, 1_070L);
        });
        advance(Duration.ofMinutes(1));
        assertThat(minutes(""))
                .extracting(
                        minute -> minute.minute() + " " + minute.task() + " " + minute.state() + " " + minute.count())
                .containsExactly(
                        first + " fails FAILED 1",
                        first + " works COMPLETED 2",
                        first.plus(Duration.ofMinutes(1)) + " works COMPLETED 1");
        assertThat(minutes("?until=" + first)).isEmpty();
    }

    @Test
    void moreThanADayIsRefused() {
        assertThat(server.get(Question.BASE + "/statistics?from=2026-01-01T00:00:00Z&until=2026-01-03T00:00:00Z")
                        .error())
                .contains("a day at a time");
        assertThat(server.get(Question.BASE + "/statistics?colour=red").status())
                .isEqualTo(400);
    }
}
