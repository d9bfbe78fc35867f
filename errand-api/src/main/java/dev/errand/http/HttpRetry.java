package dev.errand.http;

import dev.errand.Retry;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends a request until it succeeds, while its answers are such that asking again makes sense: by itself after 408, 409, 429, 500 to
 * 599, after a connection that failed, and after a time-out, three times in all with growing delays, and after 429 and 503 not before the time that
 * {@code Retry-After} says. Immutable; each method returns a changed copy.
 *
 * <pre>{@code
 * HttpResponse<String> answer = HttpRetry.defaults().send(client, request, BodyHandlers.ofString());
 * }</pre>
 *
 * <p>The body's thread waits meanwhile, and is interrupted by a cancel or a timeout of the run as anywhere else. From the second time on
 * the request has the header {@value #COUNT}. A request that is no GET may have been carried out although its answer was lost; give it
 * a key by which the server knows it again.
 */
public final class HttpRetry {
    /** How often the request was sent before. */
    public static final String COUNT = "x-retry-count";

    /** However many attempts a policy has. */
    private static final int MOST = 10;

    private static final Pattern STATUSES = Pattern.compile("([1-5])xx|(\\d{3})(?:-(\\d{3}))?");

    /** Waits between two requests. */
    @FunctionalInterface
    interface Pause {
        void rest(Duration time) throws InterruptedException;
    }

    /** Where a server says when it may be asked again; as a header, with a policy for when it does not. */
    private record Reset(String header, ResetFormat format) {}

    private record Rule(int from, int to, Retry retry, Optional<Reset> reset) {}

    private final List<Rule> rules;
    private final Retry onTimeout;
    private final Retry onConnectionError;
    private final Clock clock;
    private final Pause pause;

    private HttpRetry(List<Rule> rules, Retry onTimeout, Retry onConnectionError, Clock clock, Pause pause) {
        this.rules = rules;
        this.onTimeout = onTimeout;
        this.onConnectionError = onConnectionError;
        this.clock = clock;
        this.pause = pause;
    }

    public static HttpRetry defaults() {
        Retry retry = Retry.exponential();
        Optional<Reset> retryAfter = Optional.of(new Reset("Retry-After", ResetFormat.RETRY_AFTER));
        List<Rule> rules = List.of(
                new Rule(429, 429, retry, retryAfter),
                new Rule(503, 503, retry, retryAfter),
                new Rule(408, 409, retry, Optional.empty()),
                new Rule(500, 599, retry, Optional.empty()));
        return new HttpRetry(rules, retry, retry, Clock.systemUTC(), Thread::sleep);
    }

    /** By another clock, for tests. */
    HttpRetry waiting(Clock other, Pause how) {
        return new HttpRetry(rules, onTimeout, onConnectionError, other, how);
    }

    /**
     * What follows answers with these statuses; before what was said of them until now.
     *
     * @param statuses with commas between them: {@code 503}, {@code 500-504}, {@code 5xx}
     * @param retry how often in all, ten times at most, and how long to wait; {@link Retry#none} to take the answer as it is. Its rules are not asked
     */
    public HttpRetry onStatus(String statuses, Retry retry) {
        return with(statuses, retry, Optional.empty());
    }

    /**
     * The same for servers that say in a header when they may be asked again; the policy's delay is for answers without it.
     *
     * @param header its name, upper and lower case alike
     */
    public HttpRetry onStatus(String statuses, Retry retry, String header, ResetFormat format) {
        return with(statuses, retry, Optional.of(new Reset(header, format)));
    }

    private HttpRetry with(String statuses, Retry retry, Optional<Reset> reset) {
        List<Rule> changed = new ArrayList<>();
        for (String item : statuses.split(",", -1)) {
            Matcher matcher = STATUSES.matcher(item.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "'%s' are no statuses; they are written 503, 500-504 or 5xx".formatted(item.strip()));
            }
            int hundred = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)) * 100;
            int from = hundred > 0 ? hundred : Integer.parseInt(matcher.group(2));
            int to = hundred > 0 ? hundred + 99 : matcher.group(3) == null ? from : Integer.parseInt(matcher.group(3));
            changed.add(new Rule(from, to, retry, reset));
        }
        changed.addAll(rules);
        return new HttpRetry(List.copyOf(changed), onTimeout, onConnectionError, clock, pause);
    }

    /** What follows a request that was not answered in its own time. */
    public HttpRetry onTimeout(Retry retry) {
        return new HttpRetry(rules, retry, onConnectionError, clock, pause);
    }

    /** What follows a connection that failed. */
    public HttpRetry onConnectionError(Retry retry) {
        return new HttpRetry(rules, onTimeout, retry, clock, pause);
    }

    /**
     * Sends the request, again where that makes sense.
     *
     * @return the last answer, whatever its status
     * @throws IOException if the last time there was none: {@link HttpTimeoutException} if it took too long
     */
    public <T> HttpResponse<T> send(HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<T> response = client.send(counted(request, attempt), handler);
                Optional<Duration> delay = delay(response, attempt);
                if (delay.isEmpty()) {
                    return response;
                }
                discard(response);
                pause.rest(delay.get());
            } catch (IOException e) {
                Retry retry = e instanceof HttpTimeoutException ? onTimeout : onConnectionError;
                if (attempt >= Math.min(MOST, retry.attempts())) {
                    throw e;
                }
                pause.rest(backOff(retry, attempt));
            }
        }
    }

    private static HttpRequest counted(HttpRequest request, int attempt) {
        return attempt == 1
                ? request
                : HttpRequest.newBuilder(request, (name, value) -> true)
                        .setHeader(COUNT, String.valueOf(attempt - 1))
                        .build();
    }

    private Optional<Duration> delay(HttpResponse<?> response, int attempt) {
        for (Rule rule : rules) {
            if (response.statusCode() >= rule.from() && response.statusCode() <= rule.to()) {
                return attempt >= Math.min(MOST, rule.retry().attempts())
                        ? Optional.empty()
                        : Optional.of(delay(rule, response, attempt));
            }
        }
        return Optional.empty();
    }

    private Duration delay(Rule rule, HttpResponse<?> response, int attempt) {
        Instant now = clock.instant();
        return rule.reset()
                .flatMap(reset -> response.headers()
                        .firstValue(reset.header())
                        .flatMap(value -> reset.format().read(value, now)))
                .map(at -> at.isBefore(now) ? Duration.ZERO : Duration.between(now, at))
                .orElseGet(() -> backOff(rule.retry(), attempt));
    }

    private static Duration backOff(Retry retry, int attempt) {
        return retry.delayAfter(attempt, ThreadLocalRandom.current().nextDouble());
    }

    /** Gives back what a body read as a stream holds. */
    private static void discard(HttpResponse<?> response) throws IOException {
        if (response.body() instanceof Closeable open) {
            open.close();
        }
    }

    /**
     * The answer if its status is 200 to 299.
     *
     * @throws HttpStatusException otherwise: thrown by a body it advises what follows
     */
    public <T> HttpResponse<T> expectSuccess(HttpResponse<T> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return response;
        }
        Instant retryAt = status != 429 && status != 503
                ? null
                : response.headers()
                        .firstValue("Retry-After")
                        .flatMap(value -> ResetFormat.RETRY_AFTER.read(value, clock.instant()))
                        .orElse(null);
        throw new HttpStatusException(response.uri(), status, retryAt);
    }
}
