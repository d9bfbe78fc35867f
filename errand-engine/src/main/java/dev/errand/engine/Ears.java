package dev.errand.engine;

import dev.errand.engine.events.EventFeed;
import dev.errand.engine.events.Subscriptions;
import dev.errand.engine.events.Waker;
import dev.errand.engine.keep.Keeper;
import dev.errand.engine.lock.Locks;
import dev.errand.engine.value.Values;
import dev.errand.store.CommitListener;
import org.jspecify.annotations.Nullable;

/** Hears of commits, and passes it on to whom it concerns. */
final class Ears implements CommitListener {
    private final EventFeed feed;
    private final Subscriptions subscriptions;
    private final Waker waker;
    private final Locks locks;
    private final Values values;
    private final @Nullable Keeper keeper;

    /** @param keeper null in an engine that never works */
    Ears(
            EventFeed feed,
            Subscriptions subscriptions,
            Waker waker,
            Locks locks,
            Values values,
            @Nullable Keeper keeper) {
        this.feed = feed;
        this.subscriptions = subscriptions;
        this.waker = waker;
        this.locks = locks;
        this.values = values;
        this.keeper = keeper;
    }

    @Override
    public void events(boolean foreign) {
        feed.committed();
        subscriptions.committed();
        waker.committed();
    }

    @Override
    public void requests() {
        if (keeper != null) {
            keeper.requested();
        }
    }

    @Override
    public void locks() {
        locks.noticed();
        subscriptions.freed();
        if (keeper != null) {
            waker.freed();
        }
    }

    @Override
    public void values() {
        values.noticed();
    }
}
