package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.http.HttpRetry;
import dev.errand.http.ResetFormat;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that ask a server: what is tried again within an attempt, and what by the next one. */
class FetchTest {
    private static final HttpRetry QUICK =
            HttpRetry.defaults().onStatus("5xx", Retry.exponential().floor(Duration.ofMillis(1)));

    private interface Answer {
        int to(HttpExchange request);
    }

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Instant> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @AutoClose
    private final TestErrand test = TestStore.open();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(Instant.now());
            exchange.sendResponseHeaders(answers.remove().to(exchange), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(int... statuses) {
        for (int status : statuses) {
            answers.add(request -> status);
        }
    }

    private Run<Integer> fetch(HttpRetry with) {
        Task<String, Integer> task = Task.named("fetch", String.class, Integer.class)
                .retry(Retry.fixed(Duration.ofHours(1)))
                .run((uri, run) -> {
                    try (HttpClient client = HttpClient.newHttpClient()) {
                        HttpRequest request =
                                HttpRequest.newBuilder(URI.create(uri)).build();
                        return with.expectSuccess(with.send(client, request, BodyHandlers.discarding()))
                                .statusCode();
                    }
                });
        test.errand().put(task);
        return test.errand()
                .trigger(task, "http://127.0.0.1:" + server.getAddress().getPort() + "/orders");
    }

    @Test
    void errorsOfTheServerAreTriedAgainWithinTheAttempt() throws InterruptedException { // case 161
        answer(500, 500, 200);
        assertThat(test.finish(fetch(QUICK))).isCompleted().hasOutput(200).hasAttempts(1);
        assertThat(asked).hasSize(3);
    }

    @Test
    void mistakesOfTheCallerAreTriedOnce() throws InterruptedException { // case 161
        answer(404);
        assertThat(test.finish(fetch(QUICK)))
                .hasState(RunState.FAILED)
                .hasFailure(FailureKind.DECLARED, "/orders answered 404")
                .hasAttempts(1);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatTheServerCouldNotDoIsTriedAgainByTheNextAttempt() throws InterruptedException {
        answer(500, 500, 500, 200);
        Run<Integer> run = fetch(QUICK);
        test.until(run, RunState.RETRYING);
        assertThat(run.info().dueAt()).isEqualTo(SettableClock.START.plus(Duration.ofHours(1)));
        assertThat(test.finish(run)).isCompleted().hasAttempts(2);
        assertThat(asked).hasSize(4);
    }

    @Test
    void theNextRequestIsSentWhenTheHeaderSays() throws InterruptedException { // case 162
        answers.add(request -> {
            request.getResponseHeaders()
                    .set("X-Reset", asked.getFirst().plusMillis(300).toString());
            return 429;
        });
        answer(200);
        HttpRetry byHeader =
                HttpRetry.defaults().onStatus("429", Retry.fixed(Duration.ofHours(1)), "X-Reset", ResetFormat.ISO_8601);
        assertThat(test.finish(fetch(byHeader))).isCompleted().hasOutput(200).hasAttempts(1);
        assertThat(Duration.between(asked.get(0), asked.get(1)))
                .isBetween(Duration.ofMillis(299), Duration.ofMillis(300).plus(Soon.SOON));
    }

    @Test
    void theNextAttemptIsMadeWhenTheHeaderSays() throws InterruptedException { // case 162
        Instant reset = SettableClock.START.plusSeconds(4);
        answers.add(request -> {
            request.getResponseHeaders()
                    .set("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(reset.atOffset(ZoneOffset.UTC)));
            return 429;
        });
        answer(200);
        Run<Integer> run = fetch(HttpRetry.defaults().onStatus("429", Retry.none()));
        test.until(run, RunState.RETRYING);
        assertThat(run).hasFailureMessage("answered 429");
        assertThat(run.info().dueAt()).isEqualTo(reset);
        test.advance(Duration.ofMillis(3_999));
        assertThat(asked).hasSize(1);
        test.advance(Duration.ofMillis(1));
        assertThat(run).isCompleted().hasOutput(200).hasAttempts(2);
        assertThat(run.attempts().getLast().startedAt()).isEqualTo(reset);
    }
}
