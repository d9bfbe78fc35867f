package dev.errand.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.errand.Retry;
import dev.errand.RetryDecision;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a real server, with a clock that only moves when somebody waits. */
class HttpRetryTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

    /** Status and headers, one after the other, the last again and again. Status 0 is none: it is not answered. */
    private record Answer(int status, String... headers) {}

    private final List<Answer> answers = new ArrayList<>();
    private final List<String> counts = new CopyOnWriteArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final HttpRetry retry = HttpRetry.defaults().waiting(Clock.fixed(NOW, ZoneOffset.UTC), pauses::add);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String count = exchange.getRequestHeaders().getFirst(HttpRetry.COUNT);
            counts.add(count == null ? "" : count);
            Answer answer = answers.get(Math.min(counts.size(), answers.size()) - 1);
            if (answer.status() == 0) {
                return;
            }
            for (int i = 0; i < answer.headers().length; i += 2) {
                exchange.getResponseHeaders().set(answer.headers()[i], answer.headers()[i + 1]);
            }
            exchange.sendResponseHeaders(answer.status(), -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HttpResponse<String> send(HttpRetry with) throws IOException, InterruptedException {
        return send(with, Duration.ofMinutes(1));
    }

    private HttpResponse<String> send(HttpRetry with, Duration timeout) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/orders?key=secret");
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).build();
            return with.send(client, request, BodyHandlers.ofString());
        }
    }

    @Test
    void errorsOfTheServerAreTriedAgain() throws Exception { // case 161
        answers.addAll(List.of(new Answer(500), new Answer(500), new Answer(200)));
        assertThat(send(retry).statusCode()).isEqualTo(200);
        assertThat(counts).containsExactly("", "1", "2");
        assertThat(pauses.get(0)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(pauses.get(1)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void mistakesOfTheCallerAreNot() throws Exception { // case 161
        answers.add(new Answer(404));
        assertThat(send(retry).statusCode()).isEqualTo(404);
        assertThat(counts).hasSize(1);
    }

    @Test
    void theLastAnswerIsReturned() throws Exception {
        answers.add(new Answer(500));
        assertThat(send(retry).statusCode()).isEqualTo(500);
        assertThat(counts).hasSize(3);
    }

    @Test
    void aHeaderSaysWhen() throws Exception { // case 162
        answers.addAll(List.of(new Answer(429, "x-ratelimit-reset", "" + (NOW.getEpochSecond() + 4)), new Answer(200)));
        HttpRetry byHeader = retry.onStatus("429", Retry.exponential(), "X-RateLimit-Reset", ResetFormat.UNIX_SECONDS);
        assertThat(send(byHeader).statusCode()).isEqualTo(200);
        assertThat(pauses).containsExactly(Duration.ofSeconds(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RETRY_AFTER|7|7000",
                "RETRY_AFTER|Sat, 21 Nov 2026 09:30:05 GMT|5000",
                "SECONDS|1.5|1500",
                "UNIX_SECONDS|1795253403|3000",
                "UNIX_MILLIS|1795253400250|250",
                "ISO_8601|2026-11-21T10:30:02+01:00|2000",
                "ISO_8601|2026-11-21T09:29:59Z|0"
            })
    void timesAreWrittenInManyWays(ResetFormat format, String value, long millis) throws Exception {
        answers.addAll(List.of(new Answer(503, "reset", value), new Answer(200)));
        send(retry.onStatus("5xx", Retry.exponential(), "reset", format));
        assertThat(pauses).containsExactly(Duration.ofMillis(millis));
    }

    @Test
    void whatIsNoTimeLeavesItToThePolicy() throws Exception {
        answers.addAll(List.of(new Answer(429, "Retry-After", "soon"), new Answer(200)));
        send(retry.onStatus("429", Retry.fixed(Duration.ofSeconds(9)), "Retry-After", ResetFormat.RETRY_AFTER));
        assertThat(pauses).containsExactly(Duration.ofSeconds(9));
    }

    @Test
    void statusesMayBeTakenAsTheyAre() throws Exception {
        answers.add(new Answer(502));
        assertThat(send(retry.onStatus("500-502, 404", Retry.none())).statusCode())
                .isEqualTo(502);
        assertThat(counts).hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> retry.onStatus("5yy", Retry.none()))
                .withMessageContaining("'5yy' are no statuses");
    }

    @Test
    void nobodyAsksMoreThanTenTimes() throws Exception {
        answers.add(new Answer(500));
        send(retry.onStatus("500", Retry.fixed(Duration.ZERO).unlimited()));
        assertThat(counts).hasSize(10);
    }

    @Test
    void aConnectionThatFailsIsTriedAgainAndThenThrown() {
        server.stop(0);
        assertThatThrownBy(() -> send(retry)).isInstanceOf(ConnectException.class);
        assertThat(pauses).hasSize(2);
    }

    @Test
    void aRequestThatIsNotAnsweredInItsTimeIsTriedAgainAndThenThrown() throws Exception {
        answers.addAll(List.of(new Answer(0), new Answer(200)));
        assertThat(send(retry, Duration.ofMillis(500)).statusCode()).isEqualTo(200);
        assertThat(counts).containsExactly("", "1");
        assertThat(pauses)
                .singleElement()
                .satisfies(pause -> assertThat(pause).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2)));
        counts.clear();
        assertThatThrownBy(() -> send(retry.onTimeout(Retry.none()), Duration.ofMillis(100)))
                .isInstanceOf(HttpTimeoutException.class);
        assertThat(counts).hasSize(1);
    }

    @Test
    void anExceptionForAStatusAdvisesWhatFollows() throws Exception {
        answers.add(new Answer(404));
        assertThat(status(404).retryAdvice()).isEqualTo(RetryDecision.abort());
        answers.set(0, new Answer(500));
        assertThat(status(500).retryAdvice()).isEqualTo(RetryDecision.retry());
        answers.set(0, new Answer(429, "Retry-After", "60"));
        assertThat(status(429).retryAdvice()).isEqualTo(RetryDecision.at(NOW.plusSeconds(60)));
        answers.set(0, new Answer(204));
        assertThat(retry.expectSuccess(send(retry)).statusCode()).isEqualTo(204);
    }

    private HttpStatusException status(int status) throws Exception {
        HttpResponse<String> response = send(retry.onStatus("4xx,5xx", Retry.none()));
        HttpStatusException thrown =
                catchThrowableOfType(HttpStatusException.class, () -> retry.expectSuccess(response));
        assertThat(thrown).hasMessageEndingWith("/orders?… answered " + status).hasMessageNotContaining("secret");
        return thrown;
    }
}
