package dev.errand.client;

import dev.errand.Page;
import dev.errand.PurgeCounts;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.TypeRef;
import java.time.Duration;

/** Questions about all runs that a query finds. */
final class Queries {
    /** All of a large store's runs may be meant. */
    private static final Duration LONG = Duration.ofHours(1);

    private record Asked(RunQuery query) {}

    private record Purge(RunQuery query, boolean force) {}

    private Queries() {}

    static Page<RunInfo> runs(Server server, RunQuery query) {
        Ask ask = Ask.post(Address.path("queries", "runs"), new Asked(query)).repeated();
        return server.ask(ask, new TypeRef<Page<RunInfo>>() {});
    }

    /** Asked once: what it counts it has deleted. */
    static PurgeCounts purge(Server server, RunQuery query, boolean force) {
        Ask ask = Ask.post(Address.path("queries", "runs", "purge"), new Purge(query, force))
                .waiting(LONG);
        return server.ask(ask, PurgeCounts.class);
    }
}
