package dev.errand.store;

import dev.errand.SealedWebhookTarget;
import dev.errand.WebhookFilter;
import dev.errand.WebhookTarget;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who is told of events over HTTP, each with its secret as servers sealed it. */
public interface WebhookTargetStore {
    /** That something was delivered is written so often at most. */
    Duration SEEN = Duration.ofMinutes(1);

    /** Stores a new one. One whose id is stored already is left as it is, so that the same may be sent again. */
    void create(WebhookTarget target, String sealed);

    /** All, the oldest first. */
    List<WebhookTarget> list();

    Optional<SealedWebhookTarget> find(String id);

    /** Nothing if there is none. */
    void change(String id, URI url, WebhookFilter filter);

    /** Puts another secret before the one there is. Nothing if there is none, or it is the one there is. */
    void rotate(String id, String sealed, Instant formerUntil);

    /** Answers whether it was enabled until now. */
    boolean disable(String id, Instant at, String reason);

    /** Forgets, too, how long it failed; one that is enabled is left as it is. Answers whether there is one. */
    boolean enable(String id);

    /** Answers whether there was one. */
    boolean remove(String id);

    /** Notes that something was delivered. */
    void delivered(String id, Instant at);

    /** Notes that an attempt failed. Answers since when nothing but that happened; empty if there is no such target. */
    Optional<Instant> failed(String id, Instant at, String reason);
}
