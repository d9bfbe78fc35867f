package dev.errand.server.http;

import dev.errand.Role;
import dev.errand.server.call.Answer;
import dev.errand.server.call.Call;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Endpoint;
import dev.errand.server.call.Gate;
import dev.errand.server.call.Head;
import dev.errand.server.call.OneUse;
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
    private final Audit audit;

    Dispatch(Router router, Gate gate, long largestBody, Audit audit) {
        this.router = router;
        this.gate = gate;
        this.largestBody = largestBody;
        this.audit = audit;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Objects.requireNonNullElse(request.getHttpURI().getPath(), "");
        Endpoint endpoint = router.find(request.getMethod(), path);
        if (endpoint == null) {
            AnswerWriter.write(nothing(request.getMethod(), path), response, callback, broken -> {});
            return true;
        }
        Route route = endpoint.route();
        Answer answer = answer(endpoint, request, path);
        AnswerWriter.write(
                route.tokens() ? CrossOrigin.readable(answer) : answer,
                response,
                callback,
                broken -> problems.broken(broken, route));
        return true;
    }

    /** Errors too that are no exceptions: the library would log them with the path. */
    private Answer answer(Endpoint endpoint, Request request, String path) {
        try {
            return AnswerWriter.rendered(ask(endpoint, request, path));
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return AnswerWriter.rendered(problems.of(e, endpoint.route()).answer());
        }
    }

    private Answer ask(Endpoint endpoint, Request request, String path) throws IOException, InterruptedException {
        Route route = endpoint.route();
        Head head = head(request, path);
        Caller caller = caller(head, route);
        long largest = route.largestBody() == null ? largestBody : route.largestBody();
        LimitedBody body = new LimitedBody(Request.asInputStream(request), request.getLength(), largest);
        Map<String, String> parameters = Router.parameters(endpoint, path);
        Call call = new Call(head, parameters, caller, body);
        OneUse use =
                caller == null || caller.token() == null ? null : caller.token().use();
        Answer answer = use == null ? endpoint.answer(call) : spending(use, endpoint, call);
        audit.note(route, head, parameters, caller, answer.status());
        return answer;
    }

    /** What is refused does not spend a token. What ends in any other way may have been done. */
    private Answer spending(OneUse use, Endpoint endpoint, Call call) throws IOException, InterruptedException {
        use.spend();
        Answer answer;
        try {
            answer = endpoint.answer(call);
        } catch (RuntimeException | IOException e) {
            answer = problems.of(e, endpoint.route()).answer();
        }
        if (answer.status() >= 400 && answer.status() < 500) {
            use.giveBack();
        }
        return answer;
    }

    private Answer nothing(String method, String path) {
        List<String> methods = router.methods(path);
        List<String> forTokens = router.methodsForTokens(path);
        if (method.equals("OPTIONS") && !forTokens.isEmpty()) {
            return CrossOrigin.preflight(forTokens);
        }
        Answer answer = missing(method, methods).answer();
        return forTokens.isEmpty() ? answer : CrossOrigin.readable(answer);
    }

    private static Problem missing(String method, List<String> methods) {
        return methods.isEmpty()
                ? Problem.notFound("There is nothing at this path")
                : Problem.of(405, "This path takes %s, not %s".formatted(String.join(" and ", methods), method))
                        .header("allow", String.join(", ", methods));
    }

    /** What may be done with a token its scopes say, not a role: the endpoint asks. */
    private @Nullable Caller caller(Head head, Route route) {
        Role needed = route.role();
        if (needed == null) {
            return null;
        }
        Caller caller = gate.admit(head, route);
        if (caller.token() == null && !caller.role().includes(needed)) {
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
