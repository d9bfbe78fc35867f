package dev.errand.server.http;

import dev.errand.Json;
import dev.errand.json.ApiJson;
import dev.errand.json.ErrorCause;
import dev.errand.server.call.Problem;
import dev.errand.server.call.Route;

/** What errors of the engine are, for programs. Only in the API of our own: what others understand has its own form. */
final class Facts {
    private static final String OWN = "/api/errand/";

    private Facts() {}

    static Problem added(Problem problem, RuntimeException error, Route route) {
        return route.path().startsWith(OWN)
                ? ErrorCause.of(error)
                        .map(cause -> problem.facts(new Json(ApiJson.text(cause))))
                        .orElse(problem)
                : problem;
    }
}
