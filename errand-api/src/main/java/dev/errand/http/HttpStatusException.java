package dev.errand.http;

import dev.errand.FailureType;
import dev.errand.RetryAdvice;
import dev.errand.RetryDecision;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not what the caller needs; see {@link HttpRetry#expectSuccess}. Thrown by a body it advises: no further attempt after a status from 400
 * to 499, since the same request would fail again, but for 408 and 429; and after 429 or 503 not before the server is ready, if it
 * says when.
 */
public final class HttpStatusException extends RuntimeException implements RetryAdvice, FailureType {
    private final int status;
    private final @Nullable Instant retryAt;

    HttpStatusException(URI uri, int status, @Nullable Instant retryAt) {
        super("%s answered %d".formatted(withoutQuery(uri), status));
        this.status = status;
        this.retryAt = retryAt;
    }

    /** A query may carry secrets. */
    private static String withoutQuery(URI uri) {
        String text = uri.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query) + "?…";
    }

    public int status() {
        return status;
    }

    /** When the server wants to be asked again; empty if it does not say. */
    public Optional<Instant> retryAt() {
        return Optional.ofNullable(retryAt);
    }

    @Override
    public RetryDecision retryAdvice() {
        boolean hopeless = status >= 400 && status < 500 && status != 408 && status != 429;
        if (hopeless) {
            return RetryDecision.abort();
        }
        return retryAt == null ? RetryDecision.retry() : RetryDecision.at(retryAt);
    }

    @Override
    public String failureType() {
        return "http " + status;
    }
}
