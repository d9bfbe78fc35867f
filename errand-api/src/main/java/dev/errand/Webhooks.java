package dev.errand;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks of a store: addresses of its servers at which other systems trigger runs of a task, by posting JSON that they sign. Any thread may call
 * it.
 */
public interface Webhooks {
    /**
     * Makes one.
     *
     * @param task whose runs it triggers, with what is posted as payload
     * @param seal makes of its secret what is stored of it, up to 1,000 characters without white space that only servers can read
     * @throws TaskNotFoundException if the store knows no such task
     */
    NewWebhook create(String task, WebhookOptions options, UnaryOperator<String> seal);

    /** All of them, the oldest first. */
    List<WebhookInfo> list();

    /** The one with this id. */
    Optional<WebhookInfo> find(String id);

    /**
     * Gives it another secret. Those it has hold a while longer, so that the sender can be told.
     *
     * @param secret as {@link WebhookOptions#secret}; null for a new one
     * @param overlap how long those before hold; zero for not at all
     * @param seal as that of {@link #create}
     * @return empty if there is none with this id
     */
    Optional<NewWebhook> rotate(String id, @Nullable String secret, Duration overlap, UnaryOperator<String> seal);

    /** Has it take deliveries again. Answers whether there is one. */
    boolean enable(String id);

    /** Has it take none until it is enabled, on all servers within a second. Answers whether there is one. */
    boolean disable(String id);

    /** Deletes it and its log; its runs stay. Answers whether there was one. */
    boolean delete(String id);

    /**
     * What came, newest first: the last 1,000 that were genuine and the last 100 that were refused.
     *
     * @param after the cursor of the page before; null for the first
     * @param limit 1 to 1,000
     */
    Page<WebhookDelivery> deliveries(String id, @Nullable String after, int limit);

    /**
     * Triggers a run with what was delivered, whatever became of it then, also if the filter had held it back.
     *
     * @param delivery the {@link WebhookDelivery#id id} in the log
     * @return the new run; empty if there is no such webhook, or nothing in its log under this id
     * @throws IllegalArgumentException if what was delivered is not kept: it was refused, or is too large
     * @throws RunNotFoundException if its run had it, and was deleted
     */
    Optional<RunId> replay(String id, String delivery);

    // For servers

    /** The one with this id, and its secrets that hold, sealed. Asked often, it goes by what the store said within the last second. */
    Optional<SealedWebhook> sealed(String id);

    /**
     * The run that a delivery came to.
     *
     * @param deliveryId what the sender calls it
     * @param since how long ago at most
     */
    Optional<RunId> accepted(String id, String deliveryId, Instant since);

    /**
     * Writes into the log.
     *
     * @param body what was delivered; null if it need not be kept, or not here
     */
    void note(WebhookDelivery delivery, @Nullable Json body);
}
