package dev.errand.server.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.BatchId;
import dev.errand.BatchInfo;
import dev.errand.Json;
import dev.errand.Limits;
import dev.errand.Role;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag(TestServer.STORES)
class BatchStreamTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String NDJSON = "application/x-ndjson";

    private record Sum(int a, int b) {}

    @AutoClose
    private static final TestServer server = TestServer.open(
            Task.named("my/echo", Json.class, Json.class).run((payload, run) -> payload),
            Task.named("sum", Sum.class, Integer.class).run((sum, run) -> sum.a() + sum.b()),
            Task.named("narrow", Json.class, Json.class)
                    .queue(TaskQueue.named("narrow").limits(Limits.none().maxPending(2)))
                    .run((payload, run) -> payload));

    private static final String OPERATOR = server.key(Role.OPERATOR);

    private static Reply create(String body) {
        return server.post("/api/v3/batches", body.replace('\'', '"'));
    }

    private static String created(int size) {
        Reply reply = create("{'runCount': " + size + "}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(202);
        return reply.at("id");
    }

    /** With the length unknown beforehand, as clients stream it. */
    private static Reply stream(String batch, String contentType, String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        return TestServer.send(HttpRequest.newBuilder(URI.create(server.uri() + "/api/v3/batches/" + batch + "/items"))
                .timeout(SOON)
                .header("authorization", "Bearer " + OPERATOR)
                .header("content-type", contentType)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))));
    }

    private static Reply fill(String batch, String... lines) {
        return stream(batch, NDJSON, String.join("\n", lines).replace('\'', '"'));
    }

    private static String line(int index) {
        return "{'index': " + index + ", 'task': 'my/echo', 'payload': " + index + "}";
    }

    private static Reply retrieve(String batch) {
        return server.get("/api/v2/batches/" + batch);
    }

    private static BatchInfo info(String batch) {
        return server.errand().batch(BatchId.of(batch)).info();
    }

    private static Reply awaitStatus(String batch, String status) {
        long end = System.nanoTime() + SOON.toNanos();
        Reply reply = retrieve(batch);
        while (!reply.at("status").equals(status) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            reply = retrieve(batch);
        }
        assertThat(reply.at("status")).isEqualTo(status);
        return reply;
    }

    private static void isTaken(Reply reply, int accepted, int repeated, boolean sealed) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        assertThat(List.of(reply.at("itemsAccepted"), reply.at("itemsDeduplicated"), reply.at("sealed")))
                .containsExactly("" + accepted, "" + repeated, "" + sealed);
    }

    // ── the way of a batch

    @Test
    void aBatchIsOpenedFilledAndComplete() throws InterruptedException {
        Reply reply =
                create("{'runCount': 2, 'taskIdentifiers': ['sum', 'my/echo'], 'resumeParentOnCompletion': false}");
        assertThat(reply.status()).isEqualTo(202);
        String id = reply.at("id");
        assertThat(reply.body()).isEqualTo("{\"id\":\"" + id + "\",\"runCount\":2,\"isCached\":false}");
        Reply pending = retrieve(id);
        assertThat(pending.at("status")).isEqualTo("PENDING");
        assertThat(pending.at("runs")).isEqualTo("[]");
        assertThat(pending.at("processing")).isEqualTo("{\"errors\":[]}");
        Reply filled = fill(
                id,
                "{'index': 0, 'task': 'sum', 'payload': {'a': 40, 'b': 2}}",
                "{'index': 1, 'task': 'my/echo', 'payload': '{\\'json\\': {\\'json\\': 1}}',"
                        + " 'options': {'payloadType': 'application/super+json', 'tags': ['x', 'y'], 'maxAttempts': 7}}");
        assertThat(filled.body())
                .isEqualTo("{\"id\":\"" + id + "\",\"itemsAccepted\":2,\"itemsDeduplicated\":0,\"sealed\":true,"
                        + "\"enqueuedCount\":2,\"expectedCount\":2}");
        Reply complete = awaitStatus(id, "COMPLETED");
        List<Run<Json>> runs = server.errand().batch(BatchId.of(id)).runs();
        assertThat(List.of(complete.at("runs.0"), complete.at("runs.1")))
                .containsExactly(runs.get(0).id().toString(), runs.get(1).id().toString());
        assertThat(complete.at("runCount")).isEqualTo("2");
        assertThat(complete.at("idempotencyKey")).isEmpty();
        assertThat(Instant.parse(complete.at("updatedAt"))).isAfterOrEqualTo(Instant.parse(complete.at("createdAt")));
        assertThat(runs.get(0).await(SOON)).isEqualTo(new Json("42"));
        RunInfo second = runs.get(1).info();
        assertThat(second.output()).isEqualTo(new Json("{\"json\":1}"));
        assertThat(second.tags()).containsExactlyInAnyOrder("x", "y");
        assertThat(second.maxAttempts()).isEqualTo(7);
        assertThat(second.batch()).isEqualTo(BatchId.of(id));
    }

    @Test
    void aRepeatOfTheWholeStreamChangesNothing() {
        String id = created(3);
        isTaken(fill(id, line(2), line(0)), 2, 0, false);
        assertThat(retrieve(id).at("status")).isEqualTo("PENDING");
        isTaken(fill(id, line(0), line(1), line(2), line(1)), 1, 3, true);
        List<String> runs = runs(id);
        isTaken(fill(id, line(0), line(1), line(2)), 0, 3, true);
        isTaken(fill(id), 0, 0, true);
        assertThat(runs(id)).isEqualTo(runs).hasSize(3);
        assertThat(info(id).items()).isEqualTo(3);
    }

    private static List<String> runs(String batch) {
        return server.errand().batch(BatchId.of(batch)).runs().stream()
                .map(run -> run.id().toString())
                .toList();
    }

    @Test
    void anItemWithAKeyThatIsHeldComesToTheRunThatHoldsIt() {
        String body = "{'index': %d, 'task': 'my/echo', 'options': {'idempotencyKey': 'of two batches'}}";
        String first = created(1);
        String second = created(2);
        isTaken(fill(first, body.formatted(0)), 1, 0, true);
        isTaken(fill(second, body.formatted(1), line(0)), 2, 0, true);
        assertThat(runs(second).get(1)).isEqualTo(runs(first).getFirst());
        awaitStatus(second, "COMPLETED");
    }

    @Test
    void manyItemsAreTakenInOneStream() {
        int size = 2_500;
        String id = created(size);
        String lines = IntStream.range(0, size).mapToObj(BatchStreamTest::line).collect(Collectors.joining("\r\n\n"));
        isTaken(fill(id, lines + "\n"), size, 0, true);
        assertThat(runs(id)).hasSize(size).doesNotHaveDuplicates();
    }

    @Test
    void aBatchWhoseRunsHaveNotEndedIsProcessing() {
        String id = created(2);
        isTaken(fill(id, line(0), "{'index': 1, 'task': 'my/echo', 'options': {'delay': '400d'}}"), 2, 0, true);
        awaitStatus(id, "PROCESSING");
        server.errand().batch(BatchId.of(id)).runs().get(1).cancel();
        awaitStatus(id, "COMPLETED");
    }

    // ── what cannot be

    @Test
    void whatCannotBecomeARunIsToldOfWhereTheBatchIsLookedAt() {
        String id = created(4);
        Reply filled = fill(
                id,
                "{'index': 0, 'task': 'sum', 'payload': {'a': 'x', 'b': 2}}",
                "{'index': 1, 'task': 'ghost'}",
                "{'index': 2, 'task': 'my/echo', 'options': {'maxDuration': 1}}",
                line(3));
        isTaken(filled, 4, 0, true);
        Reply reply = awaitStatus(id, "PARTIAL_FAILED");
        assertThat(runs(id)).hasSize(1);
        assertThat(reply.at("runs.0")).isEqualTo(runs(id).getFirst());
        assertThat(reply.json().at("/processing/errors")).hasSize(3);
        assertThat(reply.at("processing.errors.0.taskIdentifier")).isEqualTo("sum");
        assertThat(reply.at("processing.errors.0.error")).contains("/a");
        assertThat(reply.at("processing.errors.1.index")).isEqualTo("1");
        assertThat(reply.at("processing.errors.1.error")).contains("ghost");
        assertThat(reply.at("processing.errors.2.error")).contains("items[2].options.maxDuration");
    }

    @Test
    void aLineThatCannotBeUnderstoodTakesNothing() {
        String id = created(3);
        isRefused(fill(id, line(0), "{'index': 1, 'task'"), 400, "items[1] is not JSON");
        isRefused(fill(id, line(0), "[]"), 400, "items[1] is not a JSON object");
        isRefused(
                fill(id, line(0), "{'task': 'my/echo'}"), 400, "items[1].index: a whole number is needed, and missing");
        isRefused(fill(id, "{'index': 1.5, 'task': 'my/echo'}"), 400, "items[0].index: a whole number");
        isRefused(fill(id, "{'index': -1, 'task': 'my/echo'}"), 400, "items[0].index: a whole number");
        isRefused(fill(id, "{'index': 1}"), 400, "items[0].task: text is needed");
        isRefused(fill(id, "{'index': 1, 'task': 7}"), 400, "items[0].task: text is needed");
        isRefused(fill(id, "{'index': 1, 'task': 'my/echo', 'options': []}"), 400, "items[0].options: an object");
        isRefused(
                fill(id, line(0), "{'index': 1, 'task': 'my/echo', 'options': {'tags': [1]}}"),
                400,
                "items[1].options.tags");
        isRefused(fill(id, line(0), line(3)), 422, "items[1].index: 3 is beyond the batch");
        assertThat(info(id).items()).isZero();
        assertThat(runs(id)).isEmpty();
    }

    private static void isRefused(Reply reply, int status, String error) {
        assertThat(reply.error()).contains(error);
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    }

    @Test
    void whatIsNotSentAsLinesIsRefused() {
        String id = created(1);
        isRefused(stream(id, "application/json", line(0).replace('\'', '"')), 415, "application/x-ndjson");
        isRefused(stream(id, "text/plain", ""), 415, "application/x-ndjson");
        assertThat(info(id).items()).isZero();
        isTaken(stream(id, "Application/X-NDJSON; charset=utf-8", line(0).replace('\'', '"')), 1, 0, true);
    }

    @Test
    void aLineMayHaveThreeMegabytesAndNoMore() {
        String id = created(2);
        String text = "{\"index\": %d, \"task\": \"my/echo\", \"payload\": \"%s\"}";
        String longest = text.formatted(0, "x".repeat(Lines.LONGEST - text.length() + 3));
        assertThat(longest).hasSize(Lines.LONGEST);
        isRefused(stream(id, NDJSON, longest.replace("load\": \"", "load\": \"x")), 413, "Line 1 is too long");
        assertThat(info(id).items()).isZero();
        isTaken(stream(id, NDJSON, longest), 1, 0, false);
    }

    @Test
    void aBatchThatIsNotThereIsNotFound() {
        String unknown = BatchId.next(server.errand().now()).toString();
        for (String id : List.of(unknown, "batch_1", "x%2Fy")) {
            isRefused(fill(id, line(0)), 404, "batch");
            Reply reply = retrieve(id);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
        }
    }

    @Test
    void aQueueThatIsFullTakesNothingOfACommit() {
        server.errand().queues().pause("narrow");
        String narrow = "{'index': %d, 'task': 'narrow'}";
        String id = created(3);
        Reply full = fill(id, narrow.formatted(0), narrow.formatted(1), narrow.formatted(2));
        assertThat(full.status()).as(full.body()).isEqualTo(429);
        assertThat(full.header("retry-after")).isEqualTo("1");
        assertThat(info(id).items()).isZero();
        isTaken(fill(id, narrow.formatted(0), narrow.formatted(1)), 2, 0, false);
        server.errand().queues().resume("narrow");
    }

    @Test
    void whatIsNoBatchIsRefused() {
        isRefused(create("{}"), 400, "runCount: a whole number is needed, and missing");
        isRefused(create("{'runCount': 0, 'taskIdentifiers': []}"), 400, "");
        isRefused(create("{'runCount': 0}"), 400, "runCount: a whole number from 1");
        isRefused(create("{'runCount': '2'}"), 400, "runCount");
        isRefused(create("{'runCount': 2.5}"), 400, "runCount");
        isRefused(create("{'runCount': 10001}"), 422, "at most 10,000");
        isRefused(create("{'runCount': 1, 'taskIdentifiers': []}"), 400, "taskIdentifiers");
        isRefused(create("{'runCount': 1, 'taskIdentifiers': [1]}"), 400, "taskIdentifiers");
        isRefused(create("{'runCount': 1, 'taskIdentifiers': ['sum', 'ghost']}"), 404, "ghost");
        isRefused(create("{'runCount': 1, 'idempotencyKey': 7}"), 400, "idempotencyKey");
        isRefused(create("{'runCount': 1, 'idempotencyKey': '" + "x".repeat(2_049) + "'}"), 422, "idempotencyKey: ");
        isRefused(create("{'runCount': 1, 'idempotencyKeyOptions': 'x'}"), 400, "idempotencyKeyOptions");
        isRefused(create("{'runCount': 1, 'parentRunId': 1}"), 400, "parentRunId");
        isRefused(create("{'runCount': 1"), 400, "not JSON");
    }

    // ── who may

    @Test
    void whoMayOnlyLookOpensAndFillsNothing() {
        String id = created(1);
        String viewer = server.key(Role.VIEWER);
        assertThat(server.send("POST", "/api/v3/batches", "{\"runCount\": 1}", viewer)
                        .status())
                .isEqualTo(403);
        assertThat(server.send("POST", "/api/v3/batches/" + id + "/items", "", viewer)
                        .status())
                .isEqualTo(403);
        assertThat(server.send("GET", "/api/v2/batches/" + id, null, viewer).status())
                .isEqualTo(200);
        assertThat(server.send("GET", "/api/v2/batches/" + id, null, null).status())
                .isEqualTo(401);
    }

    // ── connections

    @Test
    void whatCameWholeIsKeptIfTheCallerGoes() throws IOException {
        String id = created(3);
        try (Socket socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
            String whole = (line(0) + "\n" + line(1) + "\n" + line(2)).replace('\'', '"');
            String part = whole.substring(0, whole.length() - 5);
            socket.getOutputStream()
                    .write(("POST /api/v3/batches/" + id + "/items HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                                    + OPERATOR
                                    + "\r\ncontent-type: " + NDJSON + "\r\ntransfer-encoding: chunked\r\n\r\n"
                                    + Integer.toHexString(part.length()) + "\r\n" + part + "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
        }
        long end = System.nanoTime() + SOON.toNanos();
        while (info(id).items() < 2 && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(info(id).items()).isEqualTo(2);
        isTaken(fill(id, line(0), line(1), line(2)), 1, 2, true);
    }

    @Test
    void aStreamIsStoredWhileItComes() throws IOException, InterruptedException {
        int commit = 1_000;
        String id = created(commit + 1);
        try (Socket socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
            String lines = IntStream.range(0, commit)
                    .mapToObj(index -> line(index) + "\n")
                    .collect(Collectors.joining())
                    .replace('\'', '"');
            socket.getOutputStream()
                    .write(("POST /api/v3/batches/" + id
                                    + "/items HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer "
                                    + OPERATOR + "\r\ncontent-type: " + NDJSON
                                    + "\r\ntransfer-encoding: chunked\r\n\r\n"
                                    + Integer.toHexString(lines.length()) + "\r\n" + lines + "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            long end = System.nanoTime() + SOON.toNanos();
            while (info(id).items() < commit && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(info(id).items()).as("though the stream goes on").isEqualTo(commit);
            String last = line(commit).replace('\'', '"');
            socket.getOutputStream()
                    .write((Integer.toHexString(last.length()) + "\r\n" + last + "\r\n0\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("\"itemsAccepted\":1001")
                    .contains("\"sealed\":true");
        }
    }
}
