package dev.errand.server.call;

import dev.errand.Json;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a request, as it is answered: a status, and JSON with {@code error} in words and, where that can be said, {@code param},
 * the place in the request. Immutable; what is added gives a changed copy. It has no stack trace.
 */
public final class Problem extends RuntimeException {
    private final int status;
    private final @Nullable String param;
    private final transient Map<String, String> headers;
    private final transient @Nullable Json facts;

    private Problem(
            int status, String message, @Nullable String param, Map<String, String> headers, @Nullable Json facts) {
        super(message, null, false, false);
        this.status = status;
        this.param = param;
        this.headers = headers;
        this.facts = facts;
    }

    public static Problem of(int status, String message) {
        return new Problem(status, message, null, Map.of(), null);
    }

    /** 400: it cannot be understood. */
    public static Problem malformed(String param, String message) {
        return new Problem(400, param.isEmpty() ? message : param + ": " + message, param, Map.of(), null);
    }

    /** 400: what reads or takes it refuses it. */
    public static Problem malformed(String param, IllegalArgumentException refused) {
        return malformed(param, String.valueOf(refused.getMessage()));
    }

    /** 401: nobody knows who asks. */
    public static Problem unknownCaller() {
        return unknownCaller("Invalid or Missing API Key");
    }

    /** 401: nobody takes that for who asks. */
    public static Problem unknownCaller(String message) {
        return of(401, message).header("www-authenticate", "Bearer");
    }

    /** 404; nobody needs to ask again, which clients would do unless told. */
    public static Problem notFound(String message) {
        return of(404, message).header("x-should-retry", "false");
    }

    /** 422: it is understood, and cannot be done. */
    public static Problem impossible(String param, String message) {
        return new Problem(422, message, param, Map.of(), null);
    }

    /** 422: what takes it refuses it. */
    public static Problem impossible(String param, IllegalArgumentException refused) {
        String message = String.valueOf(refused.getMessage());
        return impossible(param, param.isEmpty() ? message : param + ": " + message);
    }

    /** The same with a header in the answer. */
    public Problem header(String name, String value) {
        Map<String, String> all = new HashMap<>(headers);
        all.put(name, value);
        return new Problem(status, message(), param, Map.copyOf(all), facts);
    }

    /** The same with what programs need to know of it, which is answered as {@code cause}. */
    public Problem facts(Json facts) {
        return new Problem(status, message(), param, headers, facts);
    }

    /** What is answered. */
    public Answer answer() {
        Members body = Members.of("error", message());
        body.put("param", param == null || param.isEmpty() ? null : param);
        body.put("cause", facts);
        Answer answer = Answer.json(status, body.map());
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.header(header.getKey(), header.getValue());
        }
        return answer;
    }

    private String message() {
        return String.valueOf(getMessage());
    }
}
