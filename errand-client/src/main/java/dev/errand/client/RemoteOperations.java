package dev.errand.client;

import dev.errand.AuditEntry;
import dev.errand.AuditLog;
import dev.errand.AuditQuery;
import dev.errand.BulkActions;
import dev.errand.MinuteStatistics;
import dev.errand.Operations;
import dev.errand.Page;
import dev.errand.TypeRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators ask of a server. */
final class RemoteOperations implements Operations {
    private final Server server;

    RemoteOperations(Server server) {
        this.server = server;
    }

    @Override
    public AuditLog audit() {
        return new RemoteAuditLog(server);
    }

    @Override
    public BulkActions bulk() {
        return new RemoteBulkActions(server);
    }

    @Override
    public List<MinuteStatistics> statistics(Instant from, Instant until, @Nullable String task) {
        String query = "?from=" + from + "&until=" + until + parameter("task", task);
        return server.ask(Ask.get(Address.path("statistics") + query), new TypeRef<Page<MinuteStatistics>>() {})
                .items();
    }

    /** One that follows others; nothing for null. */
    static String parameter(String name, @Nullable Object value) {
        return value == null ? "" : "&" + name + "=" + Address.encoded(value.toString());
    }

    /** What servers have noted. */
    private record RemoteAuditLog(Server server) implements AuditLog {
        @Override
        public void note(AuditEntry entry) {
            throw NoEngine.unsupported("changes are noted", "the server notes each that is asked of it");
        }

        @Override
        public Page<AuditEntry> list(AuditQuery query) {
            String path = Address.path("audit") + "?limit=" + query.limit()
                    + parameter("key", query.key())
                    + parameter("from", query.from())
                    + parameter("until", query.until())
                    + parameter("cursor", query.cursor());
            return server.ask(Ask.get(path), new TypeRef<Page<AuditEntry>>() {});
        }
    }
}
