package dev.errand.server.realtime;

import static dev.errand.server.realtime.Watcher.changes;
import static dev.errand.server.realtime.Watcher.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Batch;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class WatchBatchTest {
    /** More than are read at a time. */
    private static final int MANY = 250;

    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private static final TriggerOptions LATER = TriggerOptions.none().after(Duration.ofDays(30));

    private static Batch<Json> batch(int size) {
        List<TriggerRequest> requests = Collections.nCopies(size, new TriggerRequest("echo", null, LATER));
        return server.errand().triggerBatch(requests, BatchOptions.none());
    }

    private static Watcher watcher(Batch<?> batch) {
        return new Watcher(server, "/realtime/v1/batches/" + batch.id());
    }

    @Test
    void allRunsOfABatchAreToldAndThoseThatChange() throws Exception {
        Batch<Json> batch = batch(MANY);
        Watcher watcher = watcher(batch);
        assertThat(changes(watcher.begin()))
                .containsExactlyElementsOf(batch.runs().stream()
                        .map(run -> "insert " + run.id())
                        .sorted()
                        .toList());
        CompletableFuture<Reply> held = watcher.later();
        server.errand().trigger("echo", null, LATER).cancel();
        Run<Json> one = batch.runs().get(MANY - 1);
        one.cancel();
        assertThat(changes(soon(held))).containsExactly("update " + one.id());
        batch.runs().getFirst().cancel();
        batch.runs().get(1).cancel();
        assertThat(changes(watcher.next())).hasSize(2);
    }

    @Test
    void everyEndOfABatchArrives() throws Exception {
        Batch<Json> batch = server.errand()
                .triggerBatch(Collections.nCopies(20, TriggerRequest.of("echo", null)), BatchOptions.none());
        Watcher watcher = watcher(batch);
        Set<String> ended = new HashSet<>();
        Reply reply = watcher.begin();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            Watcher.messages(reply).stream()
                    .map(message -> message.path("value"))
                    .filter(row -> !row.path("completedAt").isNull())
                    .forEach(row -> ended.add(row.path("id").asString()));
            if (ended.size() == 20) {
                return;
            }
            assertThat(System.nanoTime()).as("ended: %s", ended).isLessThan(end);
            reply = watcher.next();
        }
    }

    @Test
    void whatIsNoBatchIs404() {
        for (String id : List.of(BatchId.next(server.errand().now()).toString(), "batch_x", "run_x")) {
            Reply reply = server.get("/realtime/v1/batches/" + id + "?offset=-1");
            assertThat(reply.status()).as(id).isEqualTo(404);
            assertThat(reply.header("x-should-retry")).as(id).isEqualTo("false");
        }
    }
}
