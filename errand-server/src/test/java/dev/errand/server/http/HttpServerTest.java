package dev.errand.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Role;
import dev.errand.server.RawConnection;
import dev.errand.server.Reply;
import dev.errand.server.TestServer;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Routes, bodies and errors, without an engine. */
class HttpServerTest {
    /** What nobody can read cannot be written either. */
    @SuppressWarnings("UnusedMethod") // asked for by who writes JSON
    private record Unwritable(String name) {
        @Override
        public String name() {
            throw new IllegalStateException(name);
        }
    }

    private static final int LARGEST = 1_000;
    private static final int MANY = 250;
    private static final int SOON = 30;

    private static final Semaphore arrived = new Semaphore(0);
    private static final CountDownLatch released = new CountDownLatch(1);

    private interface Body {
        Answer answer(Call call) throws IOException, InterruptedException;
    }

    private record Fixed(Route route, Body body) implements Endpoint {
        @Override
        public Answer answer(Call call) throws IOException, InterruptedException {
            return body.answer(call);
        }
    }

    private static final List<Endpoint> ENDPOINTS = List.of(
            new Fixed(Route.get("/things/{thing}"), call -> told("thing", call.parameter("thing"))),
            new Fixed(Route.get("/things/first"), call -> told("thing", "the first")),
            new Fixed(Route.get("/things/{thing}/parts/{part}"), call -> told("part", call.parameter("part"))),
            new Fixed(Route.get("/things/first/price"), call -> told("price", "7")),
            new Fixed(Route.delete("/things/{thing}"), call -> told("deleted", call.parameter("thing"))),
            new Fixed(Route.post("/things"), call -> told("name", call.json().someText("name"))),
            new Fixed(
                    Route.post("/large").body(10_000),
                    call -> told("read", call.body().readAllBytes().length)),
            new Fixed(
                    Route.get("/asked"),
                    call -> told("said", String.valueOf(call.query().text("filter[status]")))),
            new Fixed(Route.get("/broken"), call -> {
                throw new IllegalStateException("a secret of the server");
            }),
            new Fixed(Route.get("/deep/{secret}"), call -> {
                throw new StackOverflowError("a secret of the server");
            }),
            new Fixed(Route.get("/unwritable"), call -> Answer.json(new Unwritable("a secret of the server"))),
            new Fixed(Route.get("/slow"), call -> {
                arrived.release();
                released.await();
                return told("slow", true);
            }),
            new Fixed(
                    Route.get("/stream"),
                    call -> Answer.stream("text/plain", out -> {
                        for (int i = 0; i < 3; i++) {
                            out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
                            out.flush();
                        }
                    })),
            new Fixed(
                    Route.get("/halfway"),
                    call -> Answer.stream("text/plain", out -> {
                        out.write("line 0\n".getBytes(StandardCharsets.UTF_8));
                        out.flush();
                        throw new IOException("the rest cannot be read");
                    })),
            new Fixed(
                    Route.get("/nowhere"),
                    call -> Answer.stream("text/plain", out -> {
                        throw new IOException("nothing can be read");
                    })));

    private static Answer told(String name, Object value) {
        return Answer.json(Map.of(name, value));
    }

    @AutoClose
    private static final HttpServer server = open();

    private static HttpServer open() {
        try {
            return new HttpServer(
                    "127.0.0.1",
                    0,
                    ENDPOINTS,
                    (head, route) -> new Caller("somebody", Role.OPERATOR),
                    LARGEST,
                    Duration.ofSeconds(SOON),
                    new Audit(new NotedChanges(), Instant::now));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private static Reply ask(String method, String path, String body) {
        return TestServer.send(HttpRequest.newBuilder(uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private static Reply get(String path) {
        return ask("GET", path, "");
    }

    // ── routes

    @Test
    void whatIsSaidInARouteGoesBeforeWhatMayStandThere() {
        assertThat(get("/things/first").at("thing")).isEqualTo("the first");
        assertThat(get("/things/second").at("thing")).isEqualTo("second");
        assertThat(get("/things/first/price").at("price")).isEqualTo("7");
        assertThat(get("/things/first/parts/3").at("part")).isEqualTo("3");
    }

    @Test
    void aSegmentIsDecodedOnce() {
        assertThat(get("/things/my%2Ftask").at("thing")).isEqualTo("my/task");
        assertThat(get("/things/a%252Fb").at("thing")).isEqualTo("a%2Fb");
        assertThat(get("/things/a+b%20c").at("thing")).isEqualTo("a+b c");
        assertThat(get("/things/%C3%BC").at("thing")).isEqualTo("ü");
        assertThat(get("/asked?filter%5Bstatus%5D=a%2Cb+c").at("said")).isEqualTo("a,b c");
    }

    @Test
    void whereThereIsNothingIs404() {
        for (String path : List.of("/", "/thing", "/things/", "/things/a/", "/things/a/b", "/things/a/parts/")) {
            Reply reply = get(path);
            assertThat(reply.status()).as(path).isEqualTo(404);
            assertThat(reply.error()).isEqualTo("There is nothing at this path");
            assertThat(reply.header("x-should-retry")).isEqualTo("false");
            assertThat(reply.header("content-type")).isEqualTo("application/json");
        }
    }

    @Test
    void aMethodThatThereIsNotIs405AndTellsWhichThereAre() {
        Reply reply = ask("PUT", "/things/a", "{}");
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("allow")).isEqualTo("DELETE, GET");
        assertThat(reply.error()).isEqualTo("This path takes DELETE and GET, not PUT");
    }

    @Test
    void twoOfOneRouteAreRefused() {
        Endpoint one = ENDPOINTS.getFirst();
        assertThatIllegalArgumentException().isThrownBy(() -> new Router(List.of(one, one)));
    }

    // ── bodies

    @Test
    void whatIsNoJsonObjectIs400AndSaysWhere() {
        Reply broken = ask("POST", "/things", "{\"name\":\n  secret}");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.error())
                .startsWith("the body is not JSON: line 2, column")
                .doesNotContain("secret");
        assertThat(ask("POST", "/things", "[1]").error()).isEqualTo("the body is not a JSON object");
        assertThat(ask("POST", "/things", "{} {}").status()).isEqualTo(400);
        assertThat(ask("POST", "/things", "{\"a\":".repeat(190)).status()).isEqualTo(400);
        Reply wrong = ask("POST", "/things", "{\"name\": 7}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.error()).isEqualTo("name: text is needed");
        assertThat(wrong.at("param")).isEqualTo("name");
        assertThat(ask("POST", "/things", "").error()).isEqualTo("name: text is needed, and missing");
        assertThat(ask("POST", "/things", "{\"name\": \"x\"}").at("name")).isEqualTo("x");
    }

    @Test
    void aBodyThatIsTooLargeIs413HoweverItComes() {
        String large = "{\"name\": \"" + "x".repeat(LARGEST) + "\"}";
        assertThat(ask("POST", "/things", large).status()).as("announced").isEqualTo(413);
        Reply chunked = TestServer.send(
                HttpRequest.newBuilder(uri("/things")).POST(BodyPublishers.ofInputStream(() -> stream(large))));
        assertThat(chunked.status()).as("in chunks").isEqualTo(413);
        assertThat(chunked.error()).contains("1,000 bytes");
        assertThat(ask("POST", "/large", "x".repeat(10_000)).at("read"))
                .as("a route of its own")
                .isEqualTo("10000");
        assertThat(ask("POST", "/large", "x".repeat(10_001)).status()).isEqualTo(413);
    }

    private static InputStream stream(String text) {
        return new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenBitByBitArrives() {
        assertThat(get("/stream").body()).isEqualTo("line 0\nline 1\nline 2\n");
    }

    @Test
    void whatBreaksOffHalfwayDoesNotReadAsWhole() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> get("/halfway"))
                .withMessageStartingWith("no answer: ");
        assertThat(get("/nowhere").status()).as("before anything was said").isEqualTo(500);
    }

    @Test
    void theHeadAloneIsThatOfAll() {
        for (String path : List.of("/things/first", "/stream", "/things/a/b")) {
            Reply head = ask("HEAD", path, "");
            Reply all = get(path);
            assertThat(head.status()).as(path).isEqualTo(all.status());
            assertThat(head.header("content-type")).as(path).isEqualTo(all.header("content-type"));
            assertThat(head.header("x-content-type-options")).as(path).isEqualTo("nosniff");
            assertThat(head.body()).as(path).isEmpty();
        }
        assertThat(ask("HEAD", "/large", "").status()).isEqualTo(405);
    }

    // ── errors

    @Test
    void anErrorThatNobodyForesawTellsNothingOfItself() {
        Reply reply = get("/broken");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.body()).doesNotContain("secret", "IllegalState", "dev.errand", "\tat ");
        assertThat(reply.error()).contains("its log tells what, under ");
    }

    @Test
    void neitherDoesOneThatIsNoExceptionNorAnAnswerThatCannotBeWritten() {
        for (String path : List.of("/deep/x", "/unwritable")) {
            Reply reply = get(path);
            assertThat(reply.status()).as(path).isEqualTo(500);
            assertThat(reply.error()).as(path).contains("its log tells what, under ");
            assertThat(reply.body()).as(path).doesNotContain("a secret of the server");
        }
    }

    @Test
    void whatIsNoHttpIsAnsweredInJsonToo() throws IOException {
        assertThat(RawConnection.say(uri("/"), "GET /things/%zz HTTP/1.1", "Host: x", "Connection: close"))
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"Bad Request\"}")
                .doesNotContain("jetty", "Jetty", "org.eclipse");
        assertThat(RawConnection.say(uri("/"), "GET /things/a HTTP/1.1", "Connection: close"))
                .as("no host")
                .startsWith("HTTP/1.1 400")
                .contains("{\"error\":\"Bad Request\"}");
        assertThat(RawConnection.say(uri("/"), "GET /things/" + "a".repeat(20_000) + " HTTP/1.1", "Host: x"))
                .startsWith("HTTP/1.1 414");
    }

    // ── many at once, and the end

    @Test
    void moreRequestsThanALibraryExpectsWaitAtOnceAndAreAnsweredBeforeTheEnd() throws Exception {
        HttpServer other = open();
        URI slow = URI.create("http://127.0.0.1:" + other.port() + "/slow");
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                answers.add(client.sendAsync(HttpRequest.newBuilder(slow).build(), BodyHandlers.ofString()));
            }
            assertThat(arrived.tryAcquire(MANY, SOON, TimeUnit.SECONDS))
                    .as("all are at it")
                    .isTrue();
            CompletableFuture<Void> end = CompletableFuture.runAsync(other::close);
            released.countDown();
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get(SOON, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            end.get(SOON, TimeUnit.SECONDS);
        }
    }
}
