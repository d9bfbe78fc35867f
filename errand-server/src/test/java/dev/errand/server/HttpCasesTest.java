package dev.errand.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.errand.Json;
import dev.errand.LoopAnswer;
import dev.errand.PayloadSchema;
import dev.errand.Retry;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cases of what users expect, over HTTP. */
@Tag(TestServer.STORES)
class HttpCasesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String AGE =
            "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\"}},\"required\":[\"age\"]}";
    private static final CountDownLatch gone = new CountDownLatch(1);
    private static final CountDownLatch go = new CountDownLatch(1);

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("adult", Json.class, Json.class)
                    .schema(PayloadSchema.of(AGE))
                    .run((payload, run) -> payload),
            Task.named("patient", Json.class, Json.class).run((payload, run) -> {
                gone.await();
                return payload;
            }),
            Task.named("staged", Json.class, Json.class).run((payload, run) -> {
                if (payload.text().equals("\"block\"")) {
                    go.await();
                }
                return payload;
            }),
            Task.named("loops", Json.class)
                    .run((payload, run) -> run.loop("round", Duration.ofHours(1), iteration -> LoopAnswer.again())),
            Task.named("retries", Json.class)
                    .retry(Retry.fixed(Duration.ofHours(1)))
                    .run((payload, run) -> {
                        throw new IllegalStateException("boom");
                    }));

    @Test
    void aTaskThatIsRegisteredInAHandlerCanBeTriggeredAtOnce() throws Exception { // case 47
        HttpServer application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/deploy", exchange -> {
            server.errand().add(Task.named("late", Json.class, Json.class).run((payload, run) -> payload));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        application.start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI deploy = URI.create("http://127.0.0.1:%d/deploy"
                    .formatted(application.getAddress().getPort()));
            client.send(HttpRequest.newBuilder(deploy).build(), BodyHandlers.discarding());
        } finally {
            application.stop(0);
        }
        Reply reply = server.post("/api/v1/tasks/late/trigger", "{\"payload\": 7}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(server.errand().run(RunId.of(reply.at("id"))).await(PATIENCE))
                .isEqualTo(new Json("7"));
    }

    @Test
    void aRunWhoseCallerHasGoneCompletes() throws Exception { // case 51
        String key = server.key(Role.OPERATOR);
        try (Socket caller = new Socket(server.uri().getHost(), server.uri().getPort())) {
            String request = "POST /api/v1/tasks/patient/trigger HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
                    + key + "\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
            caller.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            caller.getInputStream().read();
        }
        gone.countDown();
        List<RunId> runs = server.errand().runs(RunQuery.all().tasks("patient")).items().stream()
                .map(run -> run.id())
                .toList();
        assertThat(runs).hasSize(1);
        assertThat(server.errand().run(runs.getFirst()).await(PATIENCE)).isEqualTo(Json.NULL);
    }

    @Test
    void runsAreListedByStageToThoseWithAKey() throws Exception { // case 113
        List<String> inOrder = new ArrayList<>();
        inOrder.addFirst(trigger("staged", "0", TriggerOptions.none().after(Duration.ofHours(2)), RunState.DELAYED));
        inOrder.addFirst(trigger("loops", "0", TriggerOptions.none(), RunState.WAITING));
        inOrder.addFirst(trigger("retries", "0", TriggerOptions.none(), RunState.RETRYING));
        inOrder.addFirst(trigger("staged", "\"block\"", TriggerOptions.none(), RunState.EXECUTING));
        inOrder.addFirst(trigger("staged", "0", TriggerOptions.none(), RunState.COMPLETED));
        String path = "/api/errand/v1/runs?staged=true&task=staged,loops,retries";
        List<String> listed = new ArrayList<>();
        server.get(path)
                .json()
                .get("items")
                .forEach(run -> listed.add(run.get("id").stringValue()));
        go.countDown();
        assertThat(listed).isEqualTo(inOrder);
        assertThat(server.send("GET", path, null, null).status()).isEqualTo(401);
        assertThat(server.send("GET", "/api/v1/runs", null, "tr_dev_somebodyelseskey")
                        .status())
                .isEqualTo(401);
    }

    private static String trigger(String task, String payload, TriggerOptions options, RunState state)
            throws InterruptedException {
        Run<Json> run = server.errand().trigger(task, new Json(payload), options);
        server.test().until(run, state);
        return run.id().toString();
    }

    @Test
    void whatDoesNotFitTheSchemaIsRefusedAndNoRunIsMade() { // case 171
        Reply reply = server.post("/api/v1/tasks/adult/trigger", "{\"payload\": {\"age\": \"x\"}}");
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.at("param")).isEqualTo("payload.age");
        assertThat(server.errand().runs(RunQuery.all().tasks("adult")).items()).isEmpty();
        assertThat(server.post("/api/v1/tasks/adult/trigger", "{\"payload\": {\"age\": 7}}")
                        .status())
                .isEqualTo(200);
    }
}
