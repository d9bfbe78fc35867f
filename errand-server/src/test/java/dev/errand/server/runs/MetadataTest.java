package dev.errand.server.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.MetadataTooLargeException;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class MetadataTest {
    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("echo", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("nest", Integer.class).run((depth, run) -> {
                if (depth > 0) {
                    run.trigger("nest", depth - 1, TriggerOptions.none());
                }
            }));

    private static final String KEY = server.key(Role.OPERATOR);

    private final Run<Json> run =
            server.errand().trigger("echo", null, TriggerOptions.none().metadata(Map.of("n", 1)));

    private static String path(RunId run) {
        return "/api/v1/runs/" + run + "/metadata";
    }

    private static Reply put(RunId run, String body) {
        return server.send("PUT", path(run), body.replace('\'', '"'), KEY);
    }

    /** What it is then, which is what was answered. */
    private String edited(String body) {
        Reply reply = put(run.id(), body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(server.get(path(run.id())).body()).isEqualTo(reply.body());
        return reply.at("metadata").replace('"', '\'');
    }

    private String operated(String... operations) {
        return edited("{'operations': [" + String.join(", ", operations) + "]}");
    }

    @Test
    void metadataIsAnObjectAlsoWhereThereIsNone() {
        assertThat(server.get(path(run.id())).body()).isEqualTo("{\"metadata\":{\"n\":1}}");
        Run<Json> bare = server.errand().trigger("echo", null);
        assertThat(server.get(path(bare.id())).body()).isEqualTo("{\"metadata\":{}}");
        assertThat(put(bare.id(), "{}").body()).isEqualTo("{\"metadata\":{}}");
    }

    @Test
    void anObjectTakesThePlaceOfAllThereIs() throws InterruptedException {
        server.test().finish(run);
        assertThat(edited("{'metadata': {'a': {'b': [1, 1.5, 'x', null, true]}, 'none': null}}"))
                .isEqualTo("{'a':{'b':[1,1.5,'x',null,true]}}");
        assertThat(edited("{'metadata': {'b': 42}, 'operations': [{'type': 'increment', 'key': 'b', 'value': 1}]}"))
                .isEqualTo("{'b':43}");
        assertThat(server.get("/api/v3/runs/" + run.id()).at("metadata.b")).isEqualTo("43");
    }

    @Test
    void operationsAreDoneOneAfterTheOther() {
        assertThat(operated(
                        "{'type': 'set', 'key': 'a', 'value': {'x': 1}}",
                        "{'type': 'increment', 'key': 'n', 'value': 41}",
                        "{'type': 'increment', 'key': 'a', 'value': -2}"))
                .isEqualTo("{'n':42,'a':-2}");
        assertThat(operated(
                        "{'type': 'append', 'key': 'list', 'value': 'x'}",
                        "{'type': 'append', 'key': 'n', 'value': 'y'}",
                        "{'type': 'remove', 'key': 'list', 'value': 'x'}",
                        "{'type': 'delete', 'key': 'a'}"))
                .isEqualTo("{'n':[42,'y'],'list':[]}");
        assertThat(operated(
                        "{'type': 'update', 'value': {'files': [{'rows': 1}]}}",
                        "{'type': 'increment', 'key': '$.files.0.rows', 'value': 0.5}",
                        "{'type': 'set', 'key': '$.b.c', 'value': 'd'}"))
                .isEqualTo("{'files':[{'rows':1.5}],'b':{'c':'d'}}");
    }

    @Test
    void ofManyIncrementsAtTheSameTimeAllCount() {
        String body = "{'operations': [{'type': 'increment', 'key': 'n', 'value': 1}]}";
        List<CompletableFuture<Reply>> asked = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> put(run.id(), body)))
                .toList();
        assertThat(asked).allSatisfy(reply -> assertThat(reply.join().status()).isEqualTo(200));
        assertThat(run.info().metadata()).isEqualTo(Map.of("n", 41L));
    }

    @Test
    void operationsOnParentAndRootFallOnTheRunItselfWhereThereIsNone() throws InterruptedException {
        String body = """
                {'operations': [{'type': 'append', 'key': 'at', 'value': 'own'}],
                 'parentOperations': [{'type': 'append', 'key': 'at', 'value': 'parent'}],
                 'rootOperations': [{'type': 'append', 'key': 'at', 'value': 'root'}]}""";
        assertThat(edited(body)).isEqualTo("{'n':1,'at':['own','parent','root']}");
        Run<Json> top = server.errand().trigger("nest", 2, TriggerOptions.none().tags("top"));
        server.test().finish(top);
        server.test().runUntilIdle();
        RunInfo leaf = server.errand().runs(RunQuery.all().tasks("nest")).items().stream()
                .filter(info -> info.depth() != null && info.depth() == 2)
                .findFirst()
                .orElseThrow();
        assertThat(put(leaf.id(), body).at("metadata")).isEqualTo("{\"at\":[\"own\"]}");
        Run<Json> parent = server.errand().run(Objects.requireNonNull(leaf.parent()));
        assertThat(parent.info().metadata()).isEqualTo(Map.of("at", List.of("parent")));
        assertThat(top.info().metadata()).isEqualTo(Map.of("at", List.of("root")));
        parent.purge();
        assertThat(put(leaf.id(), body).at("metadata")).isEqualTo("{\"at\":[\"own\",\"own\",\"parent\"]}");
    }

    @Test
    void whatCannotBeUnderstoodIsRefusedWithItsPlaceAndChangesNothing() {
        String good = "{'type': 'set', 'key': 'a', 'value': 1}";
        for (String bad : List.of(
                "5",
                "{'key': 'a'}",
                "{'type': 'double', 'key': 'a'}",
                "{'type': 'set', 'value': 1}",
                "{'type': 'set', 'key': 5, 'value': 1}",
                "{'type': 'set', 'key': '__proto__', 'value': 1}",
                "{'type': 'delete', 'key': '$.a.constructor'}",
                "{'type': 'append', 'key': '$.prototype', 'value': 1}",
                "{'type': 'set', 'key': '$.a[*]', 'value': 1}",
                "{'type': 'increment', 'key': 'n', 'value': '1'}",
                "{'type': 'increment', 'key': 'n', 'value': 1e999}",
                "{'type': 'increment', 'key': 'n'}",
                "{'type': 'update', 'value': 5}",
                "{'type': 'update'}")) {
            Reply reply = put(run.id(), "{'operations': [" + good + ", " + bad + "]}");
            assertThat(reply.status()).as(bad).isEqualTo(400);
            assertThat(reply.error()).as(bad).contains("operations[1]");
        }
        for (String body : List.of("[]", "{", "{'metadata': []}", "{'metadata': 'x'}", "{'operations': {}}")) {
            assertThat(put(run.id(), body).status()).as(body).isEqualTo(400);
        }
        assertThat(run.info().metadata()).isEqualTo(Map.of("n", 1L));
    }

    @Test
    void whatCannotBeDoneIsRefusedAsAWhole() {
        String set = "{'type': 'set', 'key': '%s', 'value': 1}";
        Reply through = put(run.id(), "{'operations': [" + set.formatted("a") + ", " + set.formatted("$.n.x") + "]}");
        assertThat(through.status()).as(through.body()).isEqualTo(422);
        String large = "x".repeat(MetadataTooLargeException.MOST);
        Reply much = put(run.id(), "{'metadata': {'a': '" + large + "'}}");
        assertThat(much.status()).isEqualTo(413);
        assertThat(much.error()).contains("262,144");
        assertThat(run.info().metadata()).isEqualTo(Map.of("n", 1L));
        assertThat(put(run.id(), "{'metadata': {'a': '" + large.substring(8) + "'}}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void itTakesAnOperatorToChangeAndAViewerToLook() {
        String viewer = server.key(Role.VIEWER);
        assertThat(server.send("GET", path(run.id()), null, viewer).status()).isEqualTo(200);
        assertThat(server.send("PUT", path(run.id()), "{}", viewer).status()).isEqualTo(403);
        assertThat(server.send("PUT", path(run.id()), "{}", null).status()).isEqualTo(401);
        for (String id : List.of(RunId.next().toString(), "run_x")) {
            assertThat(server.get("/api/v1/runs/" + id + "/metadata").status()).isEqualTo(404);
            assertThat(server.send("PUT", "/api/v1/runs/" + id + "/metadata", "{}", KEY)
                            .status())
                    .isEqualTo(404);
        }
    }
}
