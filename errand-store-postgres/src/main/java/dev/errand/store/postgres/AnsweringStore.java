package dev.errand.store.postgres;

import dev.errand.Attempt;
import dev.errand.EmittedItem;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.store.AwaitedEnd;
import dev.errand.store.EventCursor;
import dev.errand.store.EventLoss;
import dev.errand.store.EventPage;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreHealth;
import dev.errand.store.format.Times;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The part of the store that is asked about runs, and only reads. */
abstract class AnsweringStore implements Store {
    final Surroundings surroundings;
    final Pool pool;

    AnsweringStore(Surroundings surroundings, Pool pool) {
        this.surroundings = surroundings;
        this.pool = pool;
    }

    @Override
    public Optional<RunInfo> find(RunId run) {
        return pool.ask(database -> Questions.find(database, run));
    }

    @Override
    public Page<RunInfo> list(RunQuery query) {
        return pool.ask(database -> RunListing.list(database, query, surroundings.now()));
    }

    @Override
    public List<Attempt> attempts(RunId run) {
        return pool.ask(database -> Questions.attempts(database, run));
    }

    @Override
    public List<Json> emitted(RunId run) {
        return pool.ask(database -> Emitted.ofLatest(database, run));
    }

    @Override
    public List<EmittedItem> emitted(RunId run, long after, int limit) {
        return pool.ask(database -> Emitted.after(database, run, after, limit));
    }

    @Override
    public List<LogLine> log(RunId run, long after, int limit) {
        return pool.ask(database -> Questions.log(database, run, after, limit));
    }

    @Override
    public List<StepEntry> steps(RunId run, int after, int limit) {
        return pool.ask(database -> Journal.read(database, run, after, limit));
    }

    @Override
    public List<AwaitedEnd> ends(RunId run, List<RunId> awaited) {
        return pool.ask(database -> Awaiting.ends(database, run, awaited));
    }

    @Override
    public int ahead(RunId run, int atMost) {
        return pool.ask(database -> Questions.ahead(database, run, atMost));
    }

    @Override
    public EventPage events(EventCursor after, int limit) {
        return pool.ask(database -> EventLog.after(database, surroundings.tasks(), after, limit));
    }

    @Override
    public EventPage eventsAhead(EventCursor after, int limit) {
        return pool.askAhead(database -> EventLog.after(database, surroundings.tasks(), after, limit));
    }

    @Override
    public EventCursor cursorAt(Instant at) {
        return pool.ask(database -> EventLog.at(database, Times.micros(at)));
    }

    @Override
    public EventCursor lastEvent() {
        return pool.ask(EventLog::last);
    }

    @Override
    public EventLoss lost(EventCursor after) {
        return pool.ask(database -> EventLog.lost(database, after));
    }

    @Override
    public StoreHealth health() {
        return pool.ask(Health::of);
    }
}
