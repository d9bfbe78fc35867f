package dev.errand.server.telling;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.RunNotFoundException;
import dev.errand.Subscription;
import dev.errand.SubscriptionOptions;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import dev.errand.server.call.Sealing;
import dev.errand.server.telling.Deliver.Delivered;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Triggers a run for each event and each target that is to be told of it. A durable subscription, which one server on the store has at a time,
 * hands over what concerns any. The key of a run is the event's, so that whoever dies in between and reads the event once more makes no other.
 */
final class Telling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);

    private final Errand errand;
    private final Sender sender;
    private final Task<Json, Delivered> task;
    private final KnownTargets known;
    private final CountDownLatch ready = new CountDownLatch(1);
    private @Nullable Subscription subscription;

    Telling(Errand errand, Sealing sealing, TargetSettings settings) {
        this.errand = errand;
        this.sender = new Sender(settings.toPrivate());
        this.task = new Deliver(errand, sealing, sender, settings.patience()).task();
        this.known = new KnownTargets(errand);
    }

    /**
     * Begins. One that threw may be begun again.
     *
     * @throws IllegalStateException if another server does so on the same engine
     */
    void begin() {
        if (subscription == null) {
            subscription = errand.subscribe(
                    WebhookTargets.TASK,
                    EventFilter.all(),
                    this::tell,
                    SubscriptionOptions.none().only(known::concerns));
        }
        errand.put(task); // not before, since it takes the place of another server's
        ready.countDown();
    }

    private void tell(Event event) throws InterruptedException {
        ready.await();
        for (WebhookTarget target : known.of(event)) {
            if (hasTag(target, event)) {
                trigger(errand, target, event);
            }
        }
    }

    private boolean hasTag(WebhookTarget target, Event event) {
        List<String> tags = target.filter().tags();
        if (tags.isEmpty() || event.isOutside()) {
            return tags.isEmpty();
        }
        try {
            return !Collections.disjoint(tags, errand.run(event.run()).info().tags());
        } catch (RunNotFoundException e) {
            return false;
        }
    }

    /** By the task's name: which of its code this engine has does not matter. */
    static void trigger(Errand errand, WebhookTarget target, Event event) {
        try {
            Message message = Message.of(target, event);
            TriggerOptions options = TriggerOptions.none()
                    .idempotencyKey(message.key())
                    .concurrencyKey(target.id())
                    .tags(target.id());
            errand.trigger(WebhookTargets.TASK, message.payload(), options);
        } catch (IllegalArgumentException e) { // it would be refused for ever, and everything behind it wait
            LOG.atError()
                    .addKeyValue("target", target.id())
                    .addKeyValue("event", event.position())
                    .setCause(e)
                    .log("A webhook target cannot be told of an event; it is passed over");
        }
    }

    /** Deliveries that wait are left to other servers, or until there is one again. */
    @Override
    public void close() throws IOException {
        if (subscription != null) {
            subscription.close();
            ready.countDown();
            errand.withdraw(WebhookTargets.TASK);
        }
        sender.close();
    }
}
