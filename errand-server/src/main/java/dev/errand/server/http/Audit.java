package dev.errand.server.http;

import dev.errand.AuditEntry;
import dev.errand.AuditLog;
import dev.errand.Role;
import dev.errand.StoreException;
import dev.errand.server.call.Caller;
import dev.errand.server.call.Head;
import dev.errand.server.call.Route;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Notes each change that somebody made: who, what, to which thing, from where. In the store, and as a line in a log of its own. Not what makes runs:
 * those are its own record, and come by the thousand.
 */
public final class Audit {
    private static final Set<String> TRIGGERS = Set.of(
            "/api/errand/v1/tasks/{task}/runs",
            "/api/errand/v1/runs",
            "/api/errand/v1/batches",
            "/api/errand/v1/batches/{batch}/items");

    private final Logger log;
    private final AuditLog entries;
    private final Supplier<Instant> clock;

    /** @param clock the store's time */
    public Audit(AuditLog entries, Supplier<Instant> clock) {
        this(LoggerFactory.getLogger("dev.errand.server.audit"), entries, clock);
    }

    Audit(Logger log, AuditLog entries, Supplier<Instant> clock) {
        this.log = log;
        this.entries = entries;
        this.clock = clock;
    }

    /** @param caller null for those whom nobody asks who they are */
    void note(Route route, Head head, Map<String, String> parameters, @Nullable Caller caller, int status) {
        if (caller == null || onlyLooks(route) || makesRuns(route) || status >= 400) {
            return;
        }
        Map<String, String> subject = new TreeMap<>();
        parameters.forEach((name, value) -> subject.put(name, OneLine.of(value)));
        line(route, head, subject, caller);
        try {
            entries.note(entry(route, head, subject, caller));
        } catch (StoreException e) {
            log.atWarn()
                    .addKeyValue("route", route.path())
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("A change that was made may not be in the audit log of the store");
        }
    }

    private AuditEntry entry(Route route, Head head, Map<String, String> subject, Caller caller) {
        Instant now = clock.get();
        return new AuditEntry(
                AuditEntry.nextId(now),
                now,
                OneLine.of(caller.name()),
                caller.id(),
                caller.role(),
                caller.token() != null,
                route.method() + " " + route.path(),
                subject,
                head.remote());
    }

    private void line(Route route, Head head, Map<String, String> subject, Caller caller) {
        LoggingEventBuilder line = log.atInfo()
                .addKeyValue("who", OneLine.of(caller.name()))
                .addKeyValue("key", caller.id())
                .addKeyValue("method", route.method())
                .addKeyValue("route", route.path());
        for (Map.Entry<String, String> parameter : subject.entrySet()) {
            line = line.addKeyValue(parameter.getKey(), parameter.getValue());
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
