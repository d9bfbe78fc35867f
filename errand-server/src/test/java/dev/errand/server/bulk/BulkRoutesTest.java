package dev.errand.server.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests about many runs, by the paths of the management API and by our own. */
@Tag(TestServer.STORES)
class BulkRoutesTest {
    private static final String OWN = "/api/errand/v1/bulk";

    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private static RunId delayed(String tag) {
        TriggerOptions options =
                TriggerOptions.none().after(Duration.ofHours(1)).tags(tag);
        return server.errand().trigger("echo", null, options).id();
    }

    private static RunState state(RunId run) {
        return server.errand().run(run).state();
    }

    /** As it reads once it has ended. */
    private static Reply ended(String path, String member) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Reply reply = server.get(path);
        while (reply.at(member).equals("PENDING") && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            reply = server.get(path);
        }
        return reply;
    }

    private static String begun(String path, String body) {
        Reply reply = server.post(path, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.at("id");
    }

    @Test
    void runsThatAFilterFindsAreCancelledAsClientsAskForIt() {
        RunId one = delayed("bulk-one");
        RunId other = delayed("bulk-other");
        String id = begun(
                BulkMembers.PATH,
                "{\"action\": \"cancel\", \"filter\": {\"tag\": [\"bulk-one\"], \"period\": \"1d\"}, \"name\": \"tidy\"}");
        Reply reply = ended(BulkMembers.PATH + "/" + id, "status");
        assertThat(reply.at("status")).isEqualTo("COMPLETED");
        assertThat(reply.at("type")).isEqualTo("CANCEL");
        assertThat(reply.at("name")).isEqualTo("tidy");
        assertThat(reply.at("counts")).isEqualTo("{\"total\":1,\"success\":1,\"failure\":0}");
        assertThat(reply.at("completedAt")).isNotEmpty();
        assertThat(state(one)).isEqualTo(RunState.CANCELED);
        assertThat(state(other)).isEqualTo(RunState.DELAYED);
        assertThat(server.get(BulkMembers.PATH + "?page%5Bsize%5D=1").at("data.0.id"))
                .isEqualTo(id);
    }

    @Test
    void runsThatAreNamedAreReplayed() {
        RunId one = delayed("bulk-replayed");
        String id = begun(BulkMembers.PATH, "{\"action\": \"replay\", \"runIds\": [\"%s\"]}".formatted(one));
        assertThat(ended(BulkMembers.PATH + "/" + id, "status").at("counts.success"))
                .isEqualTo("1");
        assertThat(server.get("/api/errand/v1/runs?tag=bulk-replayed")
                        .json()
                        .at("/items")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void byOurOwnPathsRunsAreDeletedToo() {
        RunId one = delayed("bulk-purged");
        String id =
                begun(OWN, "{\"action\": \"purge\", \"filter\": {\"tag\": \"bulk-purged\", \"state\": [\"DELAYED\"]}}");
        Reply reply = ended(OWN + "/" + id, "state");
        assertThat(reply.at("state")).isEqualTo("COMPLETED");
        assertThat(reply.at("kind")).isEqualTo("PURGE");
        assertThat(reply.at("success")).isEqualTo("1");
        assertThat(server.get("/api/errand/v1/runs/" + one).status()).isEqualTo(404);
        assertThat(server.post(OWN + "/" + id + "/abort", "{}").at("state")).isEqualTo("COMPLETED");
        assertThat(server.get(OWN + "?limit=1").at("items.0.id")).isEqualTo(id);
    }

    private static void refused(String path, @Nullable String body, int status, String... words) {
        Reply reply = server.post(path, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.error()).contains(words);
    }

    @Test
    void whatCannotBeUnderstoodBeginsNothing() {
        String before = server.get(OWN).at("items");
        refused(OWN, "{}", 400, "action");
        refused(OWN, "{\"action\": \"cancel\"}", 400, "filter");
        refused(OWN, "{\"action\": \"explode\", \"filter\": {}}", 400, "cancel, retry, replay, purge");
        refused(OWN, "{\"action\": \"cancel\", \"filter\": {\"colour\": \"red\"}}", 400, "colour");
        refused(OWN, "{\"action\": \"cancel\", \"filter\": {\"state\": \"ODD\"}}", 400, "state");
        refused(OWN, "{\"action\": \"cancel\", \"runs\": []}", 400, "1 to 500");
        refused(OWN, "{\"action\": \"cancel\", \"runs\": [\"x\"]}", 400, "runs");
        refused(OWN, "{\"action\": \"cancel\", \"filter\": {}, \"runs\": [\"x\"]}", 400, "filter");
        refused(BulkMembers.PATH, "{\"action\": \"purge\", \"filter\": {}}", 400, "cancel or replay");
        refused(BulkMembers.PATH, "{\"action\": \"cancel\", \"filter\": {\"status\": \"ODD\"}}", 400, "filter[status]");
        refused(BulkMembers.PATH + "/bulk_x/abort", null, 404, "not found");
        refused(OWN + "/bulk_x/abort", null, 404, "bulk_x");
        assertThat(server.get(OWN + "/bulk_x").status()).isEqualTo(404);
        assertThat(server.get(OWN).at("items")).isEqualTo(before);
    }
}
