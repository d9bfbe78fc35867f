package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.ValueInfo;
import dev.errand.engine.json.Codec;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.EventPassage;
import dev.errand.store.Store;
import dev.errand.store.SubscriptionClaim;
import dev.errand.store.SubscriptionStore;
import dev.errand.store.ValueStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Reads the log for those who wait for events, while that is for this node to do; see {@link Waker}. What it has passed is saved once a second: whoever takes
 * over reads a little again, and wakes some for nothing, who look and go on waiting.
 */
final class Waking {
    private static final int PAGE = 500;
    private static final int FILTERS = 100;
    private static final long SAVE_AFTER = TimeUnit.SECONDS.toNanos(1);
    /** Whatever it has acknowledged. None yet: those who wait are still to be told that it begins. */
    private static final long BEGUN = 1;

    private final SubscriptionClaim claim;
    private final Store store;
    private final ValueStore values;
    private final SubscriptionStore subscriptions;
    private final Codec codec;
    private final Duration tidiness;
    private final Waker waker;
    private final Tags tags;
    private final Map<Long, EventPassage> unsaved = new TreeMap<>();
    private EventCursor place;
    private boolean held = true;
    private long lastSave = System.nanoTime();
    private long nextTidying;
    /** How far the filters were looked through, and whether any was left there. */
    private String tidied = Wanted.BEGINNING;

    private boolean left;
    private boolean wanted = true;

    Waking(SubscriptionClaim claim, Store store, Codec codec, Duration tidiness, Waker waker) {
        this.claim = claim;
        this.store = store;
        this.values = store.values();
        this.subscriptions = store.subscriptions();
        this.codec = codec;
        this.tidiness = tidiness;
        this.waker = waker;
        this.tags = new Tags(store);
        this.place = claim.cursor();
        this.nextTidying = System.nanoTime() + tidiness.toNanos();
    }

    /** Until this is for another to do, or nobody waits any more: then the answer is false. */
    boolean wake() {
        if (claim.acknowledged() < BEGUN) {
            wakeAll();
        }
        checkGap();
        while (held && wanted && !waker.isClosed()) {
            waker.listen();
            EventPage page = store.events(place, PAGE);
            if (page.events().isEmpty()) {
                waker.rest(untilNextTurn());
            } else {
                wakeThoseFor(page.events());
                page.passage(0, page.events().size()).forEach(passage -> EventPassage.add(unsaved, passage));
                place = page.next();
            }
            saveIfDue();
            tidyIfDue();
        }
        if (held) {
            save();
        }
        return wanted;
    }

    // ── waking

    private void wakeThoseFor(List<Event> events) {
        tags.read(events);
        List<Event> raised = events.stream().filter(Wanted::isRaised).toList();
        if (!raised.isEmpty()) {
            Sorted sorted = new Sorted(raised);
            for (ValueInfo value : values.findUnder(Wanted.under(raised))) {
                EventFilter filter = Wanted.filter(codec, value);
                if (!tags.passing(filter, sorted).isEmpty()) {
                    change(value);
                }
            }
        }
    }

    /** To another version of the same. If it was changed meanwhile, that was after the event, and does as well. */
    private void change(ValueInfo value) {
        Json json = Objects.requireNonNull(value.value(), "it was found");
        values.set(value.name(), value.version(), json.text().getBytes(StandardCharsets.UTF_8));
    }

    /** They look again for what is in the log. */
    private void wakeAll() {
        String after = Wanted.BEGINNING;
        List<ValueInfo> page = filters(after);
        while (!page.isEmpty()) {
            page.forEach(this::change);
            after = page.getLast().name();
            page = filters(after);
        }
    }

    private List<ValueInfo> filters(String after) {
        return values.list(after, FILTERS).stream().filter(Wanted::isOne).toList();
    }

    // ── how far it has come

    private long untilNextTurn() {
        long now = System.nanoTime();
        long tidying = nextTidying - now;
        return unsaved.isEmpty() ? tidying : Math.min(tidying, lastSave + SAVE_AFTER - now);
    }

    private void saveIfDue() {
        if (System.nanoTime() - lastSave >= SAVE_AFTER) {
            save();
            checkGap();
        }
    }

    private void save() {
        if (!unsaved.isEmpty()) {
            held = subscriptions.pass(claim, new ArrayList<>(unsaved.values()), BEGUN);
            unsaved.clear();
        }
        lastSave = System.nanoTime();
    }

    /** What was deleted before it was read, some may have waited for. */
    private void checkGap() {
        OptionalLong lost = held ? subscriptions.lost(claim) : OptionalLong.empty();
        held = lost.isPresent();
        if (lost.orElse(0) > 0) {
            wakeAll();
            held = subscriptions.told(claim, lost.getAsLong());
        }
    }

    // ── those by which nobody waits any more

    private void tidyIfDue() {
        if (System.nanoTime() - nextTidying >= 0) {
            tidy();
        }
    }

    /** A part of them. One that somebody is about to wait by may go as well: he finds it changed, and looks again. */
    private void tidy() {
        List<ValueInfo> page = filters(tidied);
        Set<String> awaited =
                new HashSet<>(values.awaited(page.stream().map(ValueInfo::name).toList()));
        Instant old = store.clock().instant().minus(tidiness);
        for (ValueInfo value : page) {
            Instant setAt = value.setAt();
            boolean fresh = setAt != null && setAt.isAfter(old);
            if (fresh || awaited.contains(value.name())) {
                left = true;
            } else {
                values.set(value.name(), value.version(), null);
            }
        }
        if (page.size() == FILTERS) {
            tidied = page.getLast().name();
        } else {
            wanted = left;
            left = false;
            tidied = Wanted.BEGINNING;
            nextTidying = System.nanoTime() + tidiness.toNanos();
        }
    }
}
