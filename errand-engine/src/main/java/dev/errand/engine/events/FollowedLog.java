package dev.errand.engine.events;

import dev.errand.EventFilter;
import dev.errand.EventLog;
import dev.errand.EventPart;
import dev.errand.EventReader;
import dev.errand.store.EventCursor;
import dev.errand.store.Store;
import org.jspecify.annotations.Nullable;

/** The log of events, for those who remember themselves where they are in it. */
final class FollowedLog implements EventLog, AutoCloseable {
    private static final int MOST = 1_000;

    private final Store store;
    private final LogPages pages;
    private final LiveEvents live;

    FollowedLog(Store store, Tags tags) {
        this.store = store;
        this.pages = new LogPages(store, tags);
        this.live = new LiveEvents(store, tags);
    }

    /** Events were committed; any thread, returns at once. */
    void committed() {
        live.committed();
    }

    @Override
    public String end() {
        return LogPages.text(store.lastEvent());
    }

    @Override
    public EventPart read(EventFilter filter, String cursor, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("a part of the log is of 1 to %d events, not %d".formatted(MOST, limit));
        }
        return pages.part(filter, pages.read(LogPages.cursor(cursor), limit));
    }

    @Override
    public EventReader follow(EventFilter filter, @Nullable String cursor) {
        EventCursor from = cursor == null ? store.lastEvent() : LogPages.cursor(cursor);
        return new Follower(filter, from, pages, live);
    }

    @Override
    public void close() {
        live.close();
    }
}
