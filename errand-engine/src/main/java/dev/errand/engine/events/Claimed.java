package dev.errand.engine.events;

import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Failure;
import dev.errand.store.EventCursor;
import dev.errand.store.EventPage;
import dev.errand.store.EventPassage;
import dev.errand.store.Store;
import dev.errand.store.SubscriptionClaim;
import dev.errand.store.SubscriptionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable subscription while it is ours: reads the log on from where it has come to, hands over what passes the filter, one event after another,
 * and acknowledges each before the next. What does not pass is passed with the next that does, or after a second.
 *
 * <p>Of whatever it has read it asks whether the subscription is still ours, and whether any events were deleted before: also of what does not
 * pass, since to have passed that would hide the gap. If there is one it tells of it and reads anew, as some of what it has read may be in it.
 */
final class Claimed implements Handover.Caller {
    private static final Logger LOG = LoggerFactory.getLogger(Claimed.class);
    private static final int PAGE = 500;
    private static final long SAVE_AFTER = TimeUnit.SECONDS.toNanos(1);

    private final SubscriptionClaim claim;
    private final EventFilter filter;
    private final Handover handover;
    private final Store store;
    private final SubscriptionStore subscriptions;
    private final Tags tags;
    private final Delivery delivery;
    /** By streams; of what is read and not to be handed over. */
    private final Map<Long, EventPassage> unsaved = new TreeMap<>();

    private EventCursor place;
    private long acknowledged;
    private long lastSave = System.nanoTime();
    private boolean checked;
    private boolean held = true;

    Claimed(SubscriptionClaim claim, EventFilter filter, Handover handover, Store store, Tags tags, Delivery delivery) {
        this.claim = claim;
        this.filter = filter;
        this.handover = handover;
        this.store = store;
        this.subscriptions = store.subscriptions();
        this.tags = tags;
        this.delivery = delivery;
        this.place = claim.cursor();
        this.acknowledged = claim.acknowledged();
    }

    /** Until it is closed, or is not ours any more; answers whether it is. */
    boolean deliver() {
        while (held && !delivery.isClosed()) {
            delivery.listen();
            EventCursor from = place;
            EventPage page = delivery.ask(() -> store.events(from, PAGE));
            if (delivery.isClosed()) {
                break; // some of it may have been committed since: that is for whoever subscribes next to filter
            }
            tags.read(page.events());
            List<Event> wanted = delivery.ask(() -> handover.wanted(tags.passing(filter, new Sorted(page.events()))));
            if ((!checked || !page.events().isEmpty()) && !isNextToPlace()) {
                continue;
            }
            hand(page, wanted);
            if (held && page.events().isEmpty()) {
                rest();
            }
        }
        if (held) {
            save();
        }
        return held;
    }

    /** Whether it is ours, and what was read follows what was passed. If there is a gap it tells of that. */
    private boolean isNextToPlace() {
        OptionalLong lost = lost();
        if (lost.orElse(0) > 0 && !unsaved.isEmpty()) { // that may have been deleted since it was read
            save();
            lost = lost();
        }
        checked = true;
        if (held && lost.getAsLong() > 0) {
            tellOf(lost.getAsLong());
            return false;
        }
        return held;
    }

    private OptionalLong lost() {
        OptionalLong lost = held ? delivery.ask(() -> subscriptions.lost(claim)) : OptionalLong.empty();
        held = lost.isPresent();
        return lost;
    }

    private void tellOf(long lost) {
        LOG.atWarn()
                .addKeyValue("subscription", claim.name())
                .addKeyValue("events", lost)
                .log("Events were deleted from the log before a durable subscription had come so far");
        if (handover.missed(lost, this)) {
            held = delivery.ask(() -> subscriptions.told(claim, lost));
        }
    }

    private void hand(EventPage page, List<Event> wanted) {
        int passed = 0;
        int next = 0;
        for (Event event : wanted) {
            while (page.events().get(next++).position() != event.position()) {
                // One that does not pass.
            }
            if (delivery.isClosed() || !handover.event(event, this)) {
                return;
            }
            acknowledged++;
            note(page.passage(passed, next));
            write();
            passed = next;
            if (!held) {
                return;
            }
        }
        note(page.passage(passed, page.events().size()));
        place = page.next();
        if (System.nanoTime() - lastSave > SAVE_AFTER) {
            save();
        }
    }

    private void note(List<EventPassage> passages) {
        passages.forEach(passage -> EventPassage.add(unsaved, passage));
    }

    private void save() {
        if (!unsaved.isEmpty()) {
            write();
        }
    }

    private void write() {
        List<EventPassage> passed = new ArrayList<>(unsaved.values());
        held = delivery.ask(() -> subscriptions.pass(claim, passed, acknowledged));
        unsaved.clear();
        lastSave = System.nanoTime();
    }

    private void rest() {
        if (unsaved.isEmpty()) {
            delivery.rest(Long.MAX_VALUE);
            return;
        }
        long left = lastSave + SAVE_AFTER - System.nanoTime();
        if (left > 0) {
            delivery.rest(left);
        } else {
            save();
        }
    }

    // ── what is asked while the listener fails

    @Override
    public boolean failed(Failure failure) {
        held = delivery.ask(() -> subscriptions.failed(claim, failure));
        return held;
    }

    @Override
    public boolean pause(Duration delay) {
        return delivery.pause(delay.toNanos());
    }

    @Override
    public boolean isClosed() {
        return delivery.isClosed();
    }

    @Override
    public void refused() {
        delivery.close();
    }
}
