package dev.errand.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.errand.Batch;
import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Role;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The npm package {@code @trigger.dev/sdk}, as it is, drives a server. What it asks and expects stands in {@code src/test/node}: each {@code fact}
 * there is a test here. The engine has the clock that Node has.
 */
@Tag(TestServer.STORES)
class SdkConformanceTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final CountDownLatch never = new CountDownLatch(1);

    private record Sum(int a, int b) {}

    private record Nap(int millis) {}

    private static final Task<?, ?>[] TASKS = {
        Task.named("echo", Json.class, Json.class)
                .queue(TaskQueue.named("mail"))
                .run((payload, run) -> payload),
        Task.named("my/own:task", Json.class, Json.class).run((payload, run) -> payload),
        Task.named("sum", Sum.class, Integer.class).run((sum, run) -> sum.a() + sum.b()),
        Task.named("slow", Nap.class, Nap.class).run((nap, run) -> {
            Thread.sleep(nap.millis());
            return nap;
        }),
        Task.named("stuck", Json.class, Json.class).run((payload, run) -> {
            never.await();
            return payload;
        }),
        Task.named("fail", Json.class).retry(Retry.none()).run((payload, run) -> {
            throw new IllegalStateException("boom");
        })
    };

    @TestFactory
    @Timeout(900)
    List<DynamicTest> theSdkFindsWhatItExpects() throws Exception {
        NodeProject project = NodeProject.installed();
        try (Errand errand = Errand.builder()
                        .store(TestStore.url())
                        .tasks(TASKS)
                        .concurrency(8)
                        .drain(Duration.ZERO)
                        .open();
                ErrandServer server =
                        ErrandServer.start(errand, ServerSettings.standard().port(0))) {
            return results(project.run("main.mjs", environment(errand, server), LONGEST));
        }
    }

    private static Map<String, String> environment(Errand errand, ErrandServer server) {
        Batch<Json> batch = errand.triggerBatch(
                Collections.nCopies(3, TriggerRequest.of("echo", new Json("7"))), BatchOptions.none());
        return Map.of(
                "ERRAND_URL",
                server.uri().toString(),
                "ERRAND_KEY",
                errand.apiKeys().create("node", Role.OPERATOR).secret(),
                "ERRAND_VIEWER_KEY",
                errand.apiKeys().create("guest", Role.VIEWER).secret(),
                "ERRAND_BATCH",
                batch.id().toString());
    }

    /** A test for each fact that was planned; those of which nothing was told failed, too. */
    private static List<DynamicTest> results(NodeProject.Output output) throws IOException {
        List<String> planned = new ArrayList<>();
        Map<String, String> errors = new HashMap<>();
        for (String line : output.lines()) {
            if (line.startsWith("PLAN ")) {
                MAPPER.readTree(line.substring(5)).path("cases").forEach(name -> planned.add(name.asString()));
            } else if (line.startsWith("CASE ")) {
                JsonNode told = MAPPER.readTree(line.substring(5));
                errors.put(told.path("name").asString(), told.path("error").asString(""));
            }
        }
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(dynamicTest("Node comes to its end", () -> {
            assertThat(output.exitCode()).as(output.text()).isZero();
            assertThat(planned).as(output.text()).isNotEmpty().doesNotHaveDuplicates();
        }));
        for (String name : planned) {
            tests.add(dynamicTest(
                    name,
                    () -> assertThat(errors.getOrDefault(name, "Nothing was told of it\n" + output.text()))
                            .isEmpty()));
        }
        return tests;
    }
}
