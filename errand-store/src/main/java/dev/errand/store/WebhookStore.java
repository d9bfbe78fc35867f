package dev.errand.store;

import dev.errand.RunId;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks, their secrets, which only servers can read, and what came to them. What is sent twice changes nothing. */
public interface WebhookStore {
    /** Of how many deliveries of one webhook that were not refused the log tells. */
    int KEPT = 1_000;
    /** Of how many that were: strangers are not to push out what came of the sender. */
    int KEPT_REFUSED = 100;

    /**
     * A secret.
     *
     * @param sealed without white space
     * @param until how long it holds; null for ever
     */
    record Sealed(String sealed, @Nullable Instant until) {}

    /** @param secrets the newest first */
    record Entry(WebhookInfo webhook, List<Sealed> secrets) {
        public Entry {
            secrets = List.copyOf(secrets);
        }
    }

    /** @param body what was delivered; null if that is not kept, or by its run */
    record Noted(WebhookDelivery delivery, @Nullable String body) {}

    /** Stores a new one. One whose id is stored already is left as it is. */
    void create(Entry entry);

    /** All, the oldest first. */
    List<Entry> list();

    Optional<Entry> find(String id);

    /** Gives it other secrets, if those before are what it has. Answers whether it has. */
    boolean replaceSecrets(String id, List<Sealed> before, List<Sealed> after);

    /**
     * Has it take no deliveries, or take them again.
     *
     * @param since null to take them again
     * @return whether there is one
     */
    boolean disable(String id, @Nullable Instant since);

    /** Deletes it and its log. Answers whether there was one. */
    boolean delete(String id);

    /** Writes into the log, and forgets what goes beyond {@link #KEPT} and {@link #KEPT_REFUSED}. */
    void note(Noted noted);

    /** The log of one, newest first, at most so much, before an entry; null for the newest. */
    List<WebhookDelivery> deliveries(String webhook, @Nullable String before, int limit);

    /** An entry of the log. */
    Optional<Noted> delivery(String webhook, String id);

    /** The run that a delivery was accepted as, that time or later. */
    Optional<RunId> accepted(String webhook, String deliveryId, Instant since);
}
