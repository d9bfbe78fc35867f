package dev.errand.server.http;

import dev.errand.AuditEntry;
import dev.errand.AuditLog;
import dev.errand.AuditQuery;
import dev.errand.Page;
import java.util.ArrayList;
import java.util.List;

/** An audit log of a server without an engine. */
final class NotedChanges implements AuditLog {
    private final List<AuditEntry> entries = new ArrayList<>();

    @Override
    public synchronized void note(AuditEntry entry) {
        entries.add(entry);
    }

    @Override
    public synchronized Page<AuditEntry> list(AuditQuery query) {
        return new Page<>(entries, null);
    }
}
