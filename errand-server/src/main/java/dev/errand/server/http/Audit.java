package dev.errand.server.http;

import dev.errand.Role;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Head;
import dev.errand.server.call.Route;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A line in a log of its own for each change that somebody made: who, what, to which thing, from where. Not for what makes runs: those are its own
 * record, and come by the thousand.
 */
final class Audit {
    private static final Set<String> TRIGGERS = Set.of(
            "/api/errand/v1/tasks/{task}/runs",
            "/api/errand/v1/runs",
            "/api/errand/v1/batches",
            "/api/errand/v1/batches/{batch}/items");

    private final Logger log;

    Audit(Logger log) {
        this.log = log;
    }

    /** @param caller null for those whom nobody asks who they are */
    void note(Route route, Head head, Map<String, String> parameters, @Nullable Caller caller, int status) {
        if (caller == null || onlyLooks(route) || makesRuns(route) || status >= 400) {
            return;
        }
        LoggingEventBuilder line = log.atInfo()
                .addKeyValue("who", OneLine.of(caller.name()))
                .addKeyValue("key", caller.id())
                .addKeyValue("method", route.method())
                .addKeyValue("route", route.path());
        for (Map.Entry<String, String> parameter : new TreeMap<>(parameters).entrySet()) {
            line = line.addKeyValue(parameter.getKey(), OneLine.of(parameter.getValue()));
        }
        line.addKeyValue("from", head.remote()).log("Somebody changed something");
    }

    /** A question may be too long for an address. */
    private static boolean onlyLooks(Route route) {
        return route.method().equals("GET") || route.role() == Role.VIEWER;
    }

    private static boolean makesRuns(Route route) {
        return route.triggers() || route.path().startsWith("/api/v3/batches/") || TRIGGERS.contains(route.path());
    }
}
