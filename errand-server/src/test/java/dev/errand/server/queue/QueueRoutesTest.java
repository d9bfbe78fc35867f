package dev.errand.server.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues over HTTP: to list, to look at, to pause. */
@Tag(TestServer.STORES)
class QueueRoutesTest {
    private static final Semaphore MAY_END = new Semaphore(0);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class)
                    .queue(TaskQueue.named("Mail/out"))
                    .run((payload, run) -> payload),
            Task.named("käse/brot", Json.class, Json.class)
                    .queue(TaskQueue.named("narrow").concurrency(3))
                    .run((payload, run) -> payload),
            Task.named("slow", Json.class, Json.class).run((payload, run) -> {
                MAY_END.acquire();
                return payload;
            }));

    private static Reply get(String queue) {
        return server.get("/api/v1/queues/" + queue);
    }

    private static Reply pause(String queue, String body) {
        return server.post("/api/v1/queues/" + queue + "/pause", body);
    }

    private static List<String> names(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json()
                .path("data")
                .valueStream()
                .map(queue -> queue.path("type").stringValue() + " "
                        + queue.path("name").stringValue())
                .toList();
    }

    @Test
    void queuesAreListedByPagesWithNumbers() {
        List<String> all = List.of("custom Mail/out", "custom narrow", "task echo", "task käse/brot", "task slow");
        Reply reply = server.get("/api/v1/queues");
        assertThat(names(reply)).isEqualTo(all);
        assertThat(reply.at("data.0")).contains("\"concurrencyLimit\":null");
        assertThat(reply.at("pagination")).isEqualTo("{\"currentPage\":1,\"totalPages\":1,\"count\":5}");
        Reply second = server.get("/api/v1/queues?page=2&perPage=2");
        assertThat(names(second)).isEqualTo(all.subList(2, 4));
        assertThat(second.at("pagination")).isEqualTo("{\"currentPage\":2,\"totalPages\":3,\"count\":5}");
        assertThat(names(server.get("/api/v1/queues?page=9"))).isEmpty();
        assertThat(server.get("/api/v1/queues?perPage=101").status()).isEqualTo(400);
        assertThat(server.get("/api/v1/queues?page=x").at("param")).isEqualTo("page");
    }

    @Test
    void anItemHasEveryMemberThatClientsNeed() {
        Reply free = get("echo?type=task");
        String id = free.at("id");
        assertThat(free.body())
                .isEqualTo("{\"id\":\"" + id + "\",\"name\":\"echo\",\"type\":\"task\",\"running\":0,\"queued\":0,"
                        + "\"paused\":false,\"concurrencyLimit\":null,\"concurrency\":{\"current\":null,\"base\":null,"
                        + "\"override\":null,\"overriddenAt\":null,\"overriddenBy\":null}}");
        Reply limited = get("narrow?type=custom");
        assertThat(limited.at("concurrencyLimit")).isEqualTo("3");
        assertThat(limited.at("concurrency.current")).isEqualTo("3");
        assertThat(limited.at("concurrency.base")).isEqualTo("3");
    }

    @Test
    void aQueueIsFoundByItsIdByItsNameAndByThatOfItsTask() {
        for (String path : List.of(
                "narrow?type=custom",
                "NARROW?type=custom",
                "Mail%252Fout?type=custom",
                "mail%2Fout?type=custom",
                "echo?type=task",
                "task%252Fecho?type=task",
                "k%25C3%25A4se%252Fbrot?type=task",
                "k%C3%A4se%2Fbrot?type=task")) {
            Reply byName = get(path);
            assertThat(byName.status()).as(path).isEqualTo(200);
            assertThat(byName.at("id")).matches("queue_[A-Za-z0-9_-]+");
            assertThat(get(byName.at("id")).body()).as(path).isEqualTo(byName.body());
            assertThat(get(byName.at("id") + "?type=id").body()).isEqualTo(byName.body());
        }
        assertThat(get("mail%2Fout?type=custom").at("name")).isEqualTo("Mail/out");
        assertThat(get("task%252Fecho?type=task").at("name")).isEqualTo("echo");
    }

    @Test
    void whatExecutesGoesOnInAQueueThatIsPausedAndNothingStarts() throws InterruptedException {
        Run<Json> first = server.errand().trigger("slow", null);
        server.test().until(first, RunState.EXECUTING);
        String id = get("slow?type=task").at("id");
        assertThat(get(id).at("running")).isEqualTo("1");

        Reply paused = pause("slow", "{\"type\": \"task\", \"action\": \"pause\"}");
        assertThat(paused.status()).isEqualTo(200);
        assertThat(paused.at("paused")).isEqualTo("true");
        Run<Json> second = server.errand().trigger("slow", null);
        Reply both = get(id);
        assertThat(both.at("running") + " " + both.at("queued")).isEqualTo("1 1");
        MAY_END.release();
        server.test().until(first, RunState.COMPLETED);
        server.test().finish(server.errand().trigger("echo", null)); // which came later
        assertThat(second.state()).isEqualTo(RunState.QUEUED);

        assertThat(pause(id, "{\"action\": \"resume\"}").at("paused")).isEqualTo("false");
        server.test().until(second, RunState.EXECUTING);
        MAY_END.release();
        server.test().until(second, RunState.COMPLETED);
        Reply idle = get(id);
        assertThat(idle.at("running") + " " + idle.at("queued")).isEqualTo("0 0");
    }

    @Test
    void aQueueThatThereIsNotIs404InTheWordThatClientsKnow() {
        for (String queue : List.of("nope", "queue_", "queue_bmFycm93=", "queue_!", "%2500", "%25zz", "queue_AA")) {
            for (String type : List.of("id", "task", "custom")) {
                String body = "{\"type\": \"" + type + "\", \"action\": \"pause\", \"concurrencyLimit\": 1}";
                for (Reply reply : List.of(
                        get(queue + "?type=" + type),
                        pause(queue, body),
                        server.post("/api/v1/queues/" + queue + "/concurrency/override", body),
                        server.post("/api/v1/queues/" + queue + "/concurrency/reset", body))) {
                    assertThat(reply.status()).as(queue + " " + type).isEqualTo(404);
                    assertThat(reply.body()).isEqualTo("{\"error\":\"queue-not-found\"}");
                    assertThat(reply.header("x-should-retry")).isEqualTo("false");
                }
            }
        }
        assertThat(get("narrow").status()).as("an id is meant").isEqualTo(404);
        assertThat(get("nope?type=custom").body()).isEqualTo("{\"error\":\"queue-not-found\"}");
    }

    @Test
    void whatCannotBeReadChangesNothing() {
        for (String body : List.of(
                "",
                "{}",
                "{\"type\": \"custom\"}",
                "{\"type\": \"custom\", \"action\": \"stop\"}",
                "{\"type\": \"custom\", \"action\": true}",
                "{\"type\": \"custom\", \"action\": \"PAUSE\"}",
                "{\"type\": \"queue\", \"action\": \"pause\"}",
                "{\"type\": 1, \"action\": \"pause\"}",
                "[]",
                "{")) {
            assertThat(pause("narrow", body).status()).as(body).isEqualTo(400);
        }
        assertThat(pause("narrow", "{\"type\": \"custom\", \"action\": \"stop\"}")
                        .at("param"))
                .isEqualTo("action");
        assertThat(get("narrow?type=queue").at("param")).isEqualTo("type");
        assertThat(get("narrow?type=custom").at("paused")).isEqualTo("false");
    }

    @Test
    void aViewerLooksAndPausesNothing() {
        String viewer = server.key(Role.VIEWER);
        assertThat(server.send("GET", "/api/v1/queues/narrow?type=custom", null, viewer)
                        .status())
                .isEqualTo(200);
        String pause = "{\"type\": \"custom\", \"action\": \"pause\"}";
        assertThat(server.send("POST", "/api/v1/queues/narrow/pause", pause, viewer)
                        .status())
                .isEqualTo(403);
        assertThat(get("narrow?type=custom").at("paused")).isEqualTo("false");
    }
}
