package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class AddTagsTest {
    @AutoClose
    private static final TestServer server =
            TestServer.open(Task.named("echo", Json.class, Json.class).run((payload, run) -> payload));

    private final Run<Json> run =
            server.errand().trigger("echo", null, TriggerOptions.none().tags("a", "b"));

    private String path() {
        return "/api/v1/runs/" + run.id() + "/tags";
    }

    private Reply add(String body) {
        return server.post(path(), body.replace('\'', '"'));
    }

    private List<String> tags() {
        return run.info().tags();
    }

    @Test
    void tagsAreAddedOneOrSeveral() throws InterruptedException {
        Reply reply = add("{'tags': 'c'}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.at("message")).contains("3 tags");
        server.test().finish(run);
        assertThat(add("{'tags': ['user:1', 'a', 'ü']}").status()).isEqualTo(200);
        assertThat(add("{'tags': []}").status()).isEqualTo(200);
        assertThat(tags()).containsExactly("a", "b", "c", "user:1", "ü");
        Reply listed = server.get("/api/v1/runs?filter%5Btag%5D=user:1");
        assertThat(listed.at("data.0.id")).isEqualTo(run.id().toString());
        assertThat(server.get("/api/v3/runs/" + run.id()).at("tags")).contains("user:1");
    }

    @Test
    void moreThanTenAreNotAddedAndSoIsNoneOfThem() {
        Reply reply = add("{'tags': ['1', '2', '3', '4', '5', '6', '7', '8', '9']}");
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.error()).contains("at most 10").contains("11");
        assertThat(reply.at("param")).isEqualTo("tags");
        assertThat(tags()).containsExactly("a", "b");
        assertThat(add("{'tags': ['1', '2', '3', '4', '5', '6', '7', '8', 'a']}")
                        .status())
                .isEqualTo(200);
        assertThat(tags()).hasSize(10);
    }

    @Test
    void whatIsNoTagIsRefused() {
        for (String body :
                List.of("", "{}", "{'tags': null}", "{'tags': 5}", "{'tags': ['x', 5]}", "{'tags': {}}", "[]")) {
            assertThat(add(body).status()).as(body).isEqualTo(400);
        }
        String nul = "{'tags': '\\u0000'}";
        for (String body : List.of("{'tags': ''}", "{'tags': ['x', '" + "y".repeat(129) + "']}", nul)) {
            assertThat(add(body).status()).as(body).isEqualTo(422);
        }
        assertThat(tags()).containsExactly("a", "b");
    }

    @Test
    void ofManyAtTheSameTimeNoneIsLostAndNoneTooMany() {
        List<CompletableFuture<Reply>> asked = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> add("{'tags': 't" + i + "'}")))
                .toList();
        long added =
                asked.stream().filter(reply -> reply.join().status() == 200).count();
        assertThat(added).isEqualTo(8);
        assertThat(tags()).hasSize(10);
    }

    @Test
    void itTakesAnOperatorAndARun() {
        String viewer = server.key(Role.VIEWER);
        assertThat(server.send("POST", path(), "{\"tags\": \"c\"}", viewer).status())
                .isEqualTo(403);
        assertThat(server.post("/api/v1/runs/" + RunId.next() + "/tags", "{\"tags\": \"c\"}")
                        .status())
                .isEqualTo(404);
        assertThat(server.post("/api/v1/runs/run_x/tags", "{\"tags\": \"c\"}").status())
                .isEqualTo(404);
        assertThat(tags()).containsExactly("a", "b");
    }
}
