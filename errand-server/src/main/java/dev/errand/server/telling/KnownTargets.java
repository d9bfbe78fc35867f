package dev.errand.server.telling;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.WebhookTarget;
import dev.errand.WebhookTargets;
import java.time.Instant;
import java.util.List;

/**
 * The targets there were when an event was committed, or later: the store is asked again for events that are younger than the last answer, so that
 * none is told of less than it should be, and once for a page of the log at most. One thread, that of the subscription.
 */
final class KnownTargets {
    private final Errand errand;
    private final WebhookTargets targets;
    private Instant asked = Instant.MIN;
    private List<WebhookTarget> enabled = List.of();

    KnownTargets(Errand errand) {
        this.errand = errand;
        this.targets = errand.webhookTargets();
    }

    /** Whether any is to be told, as far as the event tells by itself. */
    boolean concerns(Event event) {
        return !isOwn(event) && asOf(event).stream().anyMatch(target -> hears(target, event));
    }

    /** Those that are to be told, as far as the event tells by itself. */
    List<WebhookTarget> of(Event event) {
        return isOwn(event)
                ? List.of()
                : asOf(event).stream().filter(target -> hears(target, event)).toList();
    }

    /** What happens to a delivery is told to nobody: that would be a delivery again. */
    private static boolean isOwn(Event event) {
        return event.task().equalsIgnoreCase(WebhookTargets.TASK);
    }

    private List<WebhookTarget> asOf(Event event) {
        if (!event.at().isBefore(asked)) {
            Instant now = errand.now();
            enabled = targets.list().stream().filter(WebhookTarget::isEnabled).toList();
            asked = now;
        }
        return enabled;
    }

    private static boolean hears(WebhookTarget target, Event event) {
        return !event.at().isBefore(target.createdAt()) && target.filter().accepts(event);
    }
}
