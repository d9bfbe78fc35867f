package dev.errand;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Who is told of events over HTTP. A server on the store posts each event that passes a target's filter there, as a run of the task
 * {@value #TASK}, and again until it is taken. Any thread may call it.
 */
public interface WebhookTargets {
    /** The task whose runs deliver; servers have it. {@link Errand#tasks()} does not list it. */
    String TASK = "errand/webhook";

    /**
     * The event that is raised when a target was disabled because nothing could be delivered: its data have the {@code target} and the
     * {@code reason}.
     */
    String DISABLED = "webhook.disabled";

    /**
     * Makes one, to be told of what is committed from now on.
     *
     * @param seal makes of a secret what is stored of it, up to 1,000 characters that only servers can read
     * @throws IllegalArgumentException if nothing can be posted to that address
     */
    NewWebhookTarget create(URI url, WebhookFilter filter, UnaryOperator<String> seal);

    /** All of them, those that are disabled included, the oldest first. */
    List<WebhookTarget> list();

    Optional<WebhookTarget> find(String id);

    /**
     * Has it be told of other events, or elsewhere, from the next event on.
     *
     * @return as it is then; empty if there is none
     * @throws IllegalArgumentException if nothing can be posted to that address
     */
    Optional<WebhookTarget> change(String id, URI url, WebhookFilter filter);

    /**
     * Gives it another secret.
     *
     * @param overlap how long the one before signs too; zero for no longer
     * @param seal as {@link #create} has it
     * @return empty if there is none
     */
    Optional<NewWebhookTarget> rotate(String id, Duration overlap, UnaryOperator<String> seal);

    /**
     * Has it be told of nothing. Deliveries that wait fail; their runs can be {@linkplain Run#replay replayed}. Silent if it is disabled.
     *
     * @param reason in words, at most 1,000 characters of it are kept
     * @return whether it was told of events until now
     */
    boolean disable(String id, String reason);

    /**
     * Has it be told again of what is committed from now on. Silent if it is enabled.
     *
     * @return whether there is one
     */
    boolean enable(String id);

    /** Removes it. Deliveries that wait fail. Answers whether there was one. */
    boolean remove(String id);

    // For servers

    /** One with what was sealed. */
    Optional<SealedWebhookTarget> sealed(String id);

    /** Notes that something was delivered. */
    void delivered(String id);

    /**
     * Notes that an attempt failed.
     *
     * @param reason in words, at most 1,000 characters of it are kept
     * @return since when nothing but that happened; empty if there is no such target
     */
    Optional<Instant> failed(String id, String reason);
}
