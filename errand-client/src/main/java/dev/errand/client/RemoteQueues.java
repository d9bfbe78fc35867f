package dev.errand.client;

import dev.errand.Limits;
import dev.errand.Page;
import dev.errand.QueueInfo;
import dev.errand.QueueLine;
import dev.errand.Queues;
import dev.errand.TypeRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queues of the store. */
final class RemoteQueues implements Queues {
    private static final String QUEUES = "queues";

    private final Server server;

    private record Limited(Limits limits) {}

    private record Concurrency(@Nullable Integer concurrency) {}

    RemoteQueues(Server server) {
        this.server = server;
    }

    @Override
    public List<QueueInfo> list() {
        return server.ask(Ask.get(Address.path(QUEUES)), new TypeRef<Page<QueueInfo>>() {})
                .items();
    }

    @Override
    public List<QueueLine> lines(int limit) {
        return server.ask(Ask.get(Address.path("limits") + "?limit=" + limit), new TypeRef<Page<QueueLine>>() {})
                .items();
    }

    @Override
    public QueueInfo get(String name) {
        return server.ask(Ask.get(Address.path(QUEUES, name)), QueueInfo.class);
    }

    @Override
    public void pause(String name) {
        server.ask(Ask.post(Address.path(QUEUES, name, "pause")).repeated());
    }

    @Override
    public void resume(String name) {
        server.ask(Ask.post(Address.path(QUEUES, name, "resume")).repeated());
    }

    @Override
    public void limit(String name, Limits override) {
        server.ask(Ask.put(Address.path(QUEUES, name, "limits"), new Limited(override))
                .repeated());
    }

    @Override
    public void limitConcurrency(String name, @Nullable Integer concurrency) {
        Ask ask = Ask.put(Address.path(QUEUES, name, "concurrency"), new Concurrency(concurrency));
        server.ask(ask.repeated());
    }

    @Override
    public void reset(String name) {
        server.ask(Ask.delete(Address.path(QUEUES, name, "limits")).repeated());
    }
}
