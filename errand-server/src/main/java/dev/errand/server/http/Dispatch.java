package dev.errand.server.http;

import dev.errand.Role;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Gate;
import dev.errand.server.call.Head;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Query;
import dev.errand.server.call.Route;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of each request: find the endpoint, let the caller in, ask it, write what it says or what went wrong. */
final class Dispatch extends Handler.Abstract {
    static final Logger LOG = LoggerFactory.getLogger("dev.errand.server");

    private final Router router;
    private final Gate gate;
    private final long largestBody;
    private final Problems problems = new Problems(LOG);

    Dispatch(Router router, Gate gate, long largestBody) {
        this.router = router;
        this.gate = gate;
        this.largestBody = largestBody;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        AnswerWriter.write(answer(request), response, callback);
        return true;
    }

    private Answer answer(Request request) {
        String path = Objects.requireNonNullElse(request.getHttpURI().getPath(), "");
        Endpoint endpoint = router.find(request.getMethod(), path);
        if (endpoint == null) {
            return nothing(request.getMethod(), path).answer();
        }
        try {
            return ask(endpoint, request, path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Problem.of(503, "The server is shutting down").answer();
        } catch (IOException | RuntimeException e) {
            return problems.of(e, endpoint.route()).answer();
        }
    }

    private Answer ask(Endpoint endpoint, Request request, String path) throws IOException, InterruptedException {
        Route route = endpoint.route();
        Head head = head(request, path);
        Caller caller = caller(head, route.role());
        long largest = route.largestBody() == null ? largestBody : route.largestBody();
        LimitedBody body = new LimitedBody(Request.asInputStream(request), request.getLength(), largest);
        return endpoint.answer(new Call(head, Router.parameters(endpoint, path), caller, body));
    }

    private Problem nothing(String method, String path) {
        List<String> methods = router.methods(path);
        return methods.isEmpty()
                ? Problem.notFound("There is nothing at this path")
                : Problem.of(405, "This path takes %s, not %s".formatted(String.join(" and ", methods), method))
                        .header("allow", String.join(", ", methods));
    }

    private @Nullable Caller caller(Head head, @Nullable Role needed) {
        if (needed == null) {
            return null;
        }
        Caller caller = gate.admit(head);
        if (!caller.role().includes(needed)) {
            throw Problem.of(
                    403,
                    "This takes the role %s; this key has the role %s".formatted(lower(needed), lower(caller.role())));
        }
        return caller;
    }

    private static String lower(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static Head head(Request request, String path) {
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.putIfAbsent(field.getLowerCaseName(), field.getValue() == null ? "" : field.getValue());
        }
        Query query = Query.read(request.getHttpURI().getQuery());
        return new Head(request.getMethod(), path, query, headers, Request.getRemoteAddr(request));
    }
}
