package dev.errand.client;

import dev.errand.Json;
import dev.errand.Page;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Schedule;
import dev.errand.ScheduleInfo;
import dev.errand.ScheduleNotFoundException;
import dev.errand.ScheduleQuery;
import dev.errand.Schedules;
import dev.errand.Task;
import dev.errand.TypeRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The schedules of the store. What is said of one that is there is sent again if need be; to run it or to pass firings over is asked once. */
final class RemoteSchedules implements Schedules {
    private static final String SCHEDULES = "schedules";

    private final Connected client;
    private final Server server;

    private record Wanted(String task, Schedule schedule) {}

    private record Change(String task, Schedule from, Schedule to) {}

    private record Deleted(boolean deleted) {}

    private record Counted(long count) {}

    private record Named(RunId id) {}

    private record Asked(ScheduleQuery query) {}

    RemoteSchedules(Connected client) {
        this.client = client;
        this.server = client.server();
    }

    @Override
    public ScheduleInfo put(String key, Task<?, ?> task, Schedule schedule) {
        return put(key, task.id(), schedule);
    }

    @Override
    public ScheduleInfo put(String key, String task, Schedule schedule) {
        Schedules.checkKey(key);
        Ask ask = Ask.put(Address.path(SCHEDULES, key), new Wanted(task, written(schedule)));
        return server.ask(ask.repeated(), ScheduleInfo.class);
    }

    /** With the payload as JSON, in which all of it is. */
    private static Schedule written(Schedule schedule) {
        Object payload = schedule.payload();
        return payload == null ? schedule : schedule.payload(Written.of("The payload of a schedule", payload));
    }

    @Override
    public Optional<ScheduleInfo> change(String key, String task, UnaryOperator<Schedule> rule) {
        Pauses pauses = new Pauses(server.answerTimeout());
        while (true) {
            ScheduleInfo now = find(key).orElse(null);
            if (now == null) {
                return Optional.empty();
            }
            Change change = new Change(task, now.schedule(), written(rule.apply(now.schedule())));
            Reply reply = server.answered(Ask.post(Address.path(SCHEDULES, key, "change"), change));
            if (reply.status() == 404 && Refusal.of(reply).told().isEmpty()) {
                return Optional.empty(); // deleted meanwhile
            }
            if (reply.status() != 409 || !Contended.pause(pauses)) {
                return Optional.of(server.ok(reply).read(ScheduleInfo.class));
            }
        }
    }

    @Override
    public Optional<ScheduleInfo> find(String key) {
        try {
            return key.isEmpty() ? Optional.empty() : Optional.of(get(key));
        } catch (ScheduleNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public ScheduleInfo get(String key) {
        return server.ask(Ask.get(Address.path(SCHEDULES, key)), ScheduleInfo.class);
    }

    @Override
    public Page<ScheduleInfo> list(ScheduleQuery query) {
        Ask ask = Ask.post(Address.path("queries", SCHEDULES), new Asked(query)).repeated();
        return server.ask(ask, new TypeRef<Page<ScheduleInfo>>() {});
    }

    @Override
    public long count(ScheduleQuery query) {
        Ask ask = Ask.post(Address.path("queries", SCHEDULES, "count"), new Asked(query));
        return server.ask(ask.repeated(), Counted.class).count();
    }

    @Override
    public ScheduleInfo pause(String key) {
        return server.ask(Ask.post(Address.path(SCHEDULES, key, "pause")).repeated(), ScheduleInfo.class);
    }

    @Override
    public ScheduleInfo resume(String key) {
        return server.ask(Ask.post(Address.path(SCHEDULES, key, "resume")).repeated(), ScheduleInfo.class);
    }

    @Override
    public boolean delete(String key) {
        return server.ask(Ask.delete(Address.path(SCHEDULES, key)), Deleted.class)
                .deleted();
    }

    @Override
    public Run<Json> run(String key) {
        Named run = server.ask(Ask.post(Address.path(SCHEDULES, key, "run")), Named.class);
        return new RemoteRun<>(client, run.id(), Json.class, false);
    }

    @Override
    public List<Instant> next(String key, int count) {
        Ask ask = Ask.get(Address.path(SCHEDULES, key, "next") + "?count=" + count);
        return server.ask(ask, new TypeRef<Page<Instant>>() {}).items();
    }

    @Override
    public ScheduleInfo skip(String key, int count) {
        Ask ask = Ask.post(Address.path(SCHEDULES, key, "skip"), Ask.only("count", count));
        return server.ask(ask, ScheduleInfo.class);
    }
}
