package dev.errand.client;

import dev.errand.BulkAction;
import dev.errand.BulkActions;
import dev.errand.BulkKind;
import dev.errand.Page;
import dev.errand.RunQuery;
import dev.errand.TypeRef;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests about all runs that a filter finds. To begin one is asked once: a second would be another. */
final class RemoteBulkActions implements BulkActions {
    private static final String BULK = "bulk";

    private final Server server;

    private record Wanted(
            BulkKind action, RunQuery query, @Nullable String name) {}

    RemoteBulkActions(Server server) {
        this.server = server;
    }

    @Override
    public BulkAction begin(BulkKind kind, RunQuery filter, @Nullable String name) {
        return server.ask(Ask.post(Address.path(BULK), new Wanted(kind, filter, name)), BulkAction.class);
    }

    @Override
    public Optional<BulkAction> find(String id) {
        return Maybe.ask(server, Ask.get(Address.path(BULK, id)), BulkAction.class);
    }

    @Override
    public Page<BulkAction> list(@Nullable String cursor, int limit) {
        String query = "?limit=" + limit + RemoteOperations.parameter("cursor", cursor);
        return server.ask(Ask.get(Address.path(BULK) + query), new TypeRef<Page<BulkAction>>() {});
    }

    @Override
    public boolean abort(String id) {
        Ask ask = Ask.post(Address.path(BULK, id, "abort")).repeated();
        return Maybe.ask(server, ask, BulkAction.class).isPresent();
    }
}
