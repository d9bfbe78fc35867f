package dev.errand.server.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Concurrency limits by their names. */
@Tag(TestServer.STORES)
class ConcurrencyLimitsTest {
    private static final String ALL = "/api/v1/concurrency-limits";

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class)
                    .queue(TaskQueue.named("free"))
                    .run((payload, run) -> payload),
            Task.named("send", Json.class, Json.class)
                    .queue(TaskQueue.named("a/b").concurrency(3))
                    .run((payload, run) -> payload));

    @Test
    void queuesWithALimitAreListedAndLookedAt() {
        Reply list = server.get(ALL);
        assertThat(list.at("pagination.count")).as(list.body()).isEqualTo("1");
        assertThat(list.at("data.0.name")).isEqualTo("a/b");
        assertThat(list.at("data.0.concurrencyLimit")).isEqualTo("3");
        assertThat(server.get(ALL + "/a%252Fb").at("concurrency.base")).isEqualTo("3");
        assertThat(server.get(ALL + "/nope").error()).isEqualTo("queue-not-found");
    }

    @Test
    void linesInWhichRunsWaitAreListedWithHowLongTheyDo() {
        server.errand().queues().pause("free");
        server.errand().trigger("echo", null, TriggerOptions.none().concurrencyKey("customer-7"));
        server.test().clock().advance(Duration.ofMinutes(5));
        Reply reply = server.get("/api/errand/v1/limits?limit=5");
        assertThat(reply.at("items.0.task")).as(reply.body()).isEqualTo("echo");
        assertThat(reply.at("items.0.queue")).isEqualTo("free");
        assertThat(reply.at("items.0.key")).isEqualTo("customer-7");
        assertThat(reply.at("items.0.waiting")).isEqualTo("1");
        assertThat(reply.at("items.0.waited")).isEqualTo("PT5M");
        assertThat(server.get("/api/errand/v1/limits?limit=0").status()).isEqualTo(400);
        server.errand().queues().resume("free");
    }

    @Test
    void aLimitIsOverriddenPausedAndReset() {
        String one = ALL + "/a%252Fb";
        assertThat(server.post(one + "/override", "{\"concurrencyLimit\": 1}").at("concurrencyLimit"))
                .isEqualTo("1");
        assertThat(server.post(one + "/pause", null).at("paused")).isEqualTo("true");
        assertThat(server.post(one + "/pause", "{\"action\": \"resume\"}").at("paused"))
                .isEqualTo("false");
        assertThat(server.post(one + "/reset", null).at("concurrencyLimit")).isEqualTo("3");
        assertThat(server.post(one + "/override", "{}").status()).isEqualTo(400);
        assertThat(server.post(one + "/pause", "{\"action\": \"stop\"}").status())
                .isEqualTo(400);
        assertThat(server.errand().queues().get("a/b").override()).isNull();
    }
}
