package dev.errand.engine;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.NewWebhook;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.SealedWebhook;
import dev.errand.TaskInfo;
import dev.errand.TaskNotFoundException;
import dev.errand.TokenId;
import dev.errand.TriggerOptions;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookInfo;
import dev.errand.WebhookOptions;
import dev.errand.Webhooks;
import dev.errand.store.WebhookStore;
import dev.errand.store.WebhookStore.Entry;
import dev.errand.store.WebhookStore.Noted;
import dev.errand.store.WebhookStore.Sealed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Webhooks. One that was found is remembered for a second, since its deliveries come one after the other. */
final class StoredWebhooks implements Webhooks {
    private static final String PREFIX = "webhook_";
    /** What is larger is not kept for those that became no run. */
    private static final int LARGEST_KEPT = 64 * 1024;

    private static final int MOST = 1_000;
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(365);

    private final WebhookStore store;
    private final Clock clock;
    private final Supplier<Errand> errand;
    private final FoundKeys<Entry> found = new FoundKeys<>(new ReentrantLock(true), System::nanoTime);

    StoredWebhooks(WebhookStore store, Clock clock, Supplier<Errand> errand) {
        this.store = store;
        this.clock = clock;
        this.errand = errand;
    }

    @Override
    public NewWebhook create(String task, WebhookOptions options, UnaryOperator<String> seal) {
        String known =
                errand.get().task(task).map(TaskInfo::id).orElseThrow(() -> new TaskNotFoundException(task, List.of()));
        String secret = WebhookSecret.orNew(options.secret());
        Duration tolerance = options.tolerance();
        WebhookInfo webhook = new WebhookInfo(
                PREFIX + TokenId.random().toString().substring("token_".length()),
                options.name() == null ? known : options.name(),
                known,
                tolerance == null ? WebhookOptions.TOLERANCE : tolerance.truncatedTo(ChronoUnit.MILLIS),
                options.filter(),
                options.handshake(),
                now(),
                null);
        store.create(new Entry(webhook, List.of(WebhookSecret.sealed(secret, seal))));
        return new NewWebhook(webhook, secret);
    }

    @Override
    public List<WebhookInfo> list() {
        return store.list().stream().map(Entry::webhook).toList();
    }

    @Override
    public Optional<WebhookInfo> find(String id) {
        return entry(id).map(Entry::webhook);
    }

    private Optional<Entry> entry(String id) {
        return isStorable(id) ? store.find(id) : Optional.empty();
    }

    /** What comes from outside may be no text at all. */
    private static boolean isStorable(String id) {
        return id.indexOf('\0') < 0;
    }

    @Override
    public Optional<NewWebhook> rotate(
            String id, @Nullable String secret, Duration overlap, UnaryOperator<String> seal) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw new IllegalArgumentException("the overlap is %s; it is 0s to 365d".formatted(overlap));
        }
        String next = WebhookSecret.orNew(secret);
        Optional<Entry> before = entry(id);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        Sealed sealed = WebhookSecret.sealed(next, seal);
        return rotated(id, sealed, overlap).map(webhook -> new NewWebhook(webhook, next));
    }

    /** Again while others do so too. */
    private Optional<WebhookInfo> rotated(String id, Sealed sealed, Duration overlap) {
        while (true) {
            Optional<Entry> entry = store.find(id);
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            List<Sealed> before = entry.get().secrets();
            List<Sealed> after = WebhookSecret.rotated(before, sealed, now(), overlap);
            if (before.contains(sealed) || store.replaceSecrets(id, before, after)) {
                forget(id);
                return entry.map(Entry::webhook);
            }
        }
    }

    @Override
    public boolean enable(String id) {
        return isStorable(id) && changed(id, store.disable(id, null));
    }

    @Override
    public boolean disable(String id) {
        return isStorable(id) && changed(id, store.disable(id, now()));
    }

    @Override
    public boolean delete(String id) {
        return isStorable(id) && changed(id, store.delete(id));
    }

    private boolean changed(String id, boolean there) {
        forget(id);
        return there;
    }

    private void forget(String id) {
        found.forget(entry -> entry.webhook().id().equals(id));
    }

    @Override
    public Page<WebhookDelivery> deliveries(String id, @Nullable String after, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("the limit is %d; it is 1 to %,d".formatted(limit, MOST));
        }
        if (!isStorable(id) || (after != null && !isStorable(after))) {
            return new Page<>(List.of(), null);
        }
        List<WebhookDelivery> some = store.deliveries(id, after, limit + 1);
        return some.size() <= limit
                ? new Page<>(some, null)
                : new Page<>(some.subList(0, limit), some.get(limit - 1).id());
    }

    @Override
    public Optional<RunId> replay(String id, String delivery) {
        Optional<Entry> entry = entry(id);
        if (entry.isEmpty() || !isStorable(delivery)) {
            return Optional.empty();
        }
        return store.delivery(id, delivery).map(noted -> replayed(entry.get().webhook(), noted));
    }

    private RunId replayed(WebhookInfo webhook, Noted noted) {
        WebhookDelivery delivery = noted.delivery();
        RunId run = again(webhook, noted);
        note(
                WebhookDelivery.of(
                        webhook.id(), delivery.deliveryId(), Outcome.REPLAYED, null, run, now(), delivery.size()),
                null);
        return run;
    }

    private RunId again(WebhookInfo webhook, Noted noted) {
        RunId run = noted.delivery().run();
        String body = noted.body();
        if (run != null) {
            return errand.get().run(run).replay().id();
        }
        if (body == null) {
            throw new IllegalArgumentException(
                    "what was delivered is not kept: it was refused, a handshake, or longer than %,d characters"
                            .formatted(LARGEST_KEPT));
        }
        TriggerOptions options = TriggerOptions.none().tags(WebhookDelivery.tag(webhook.id()));
        return errand.get().trigger(webhook.task(), new Json(body), options).id();
    }

    @Override
    public Optional<SealedWebhook> sealed(String id) {
        return found.find(id, () -> entry(id))
                .map(entry -> new SealedWebhook(entry.webhook(), WebhookSecret.holding(entry.secrets(), now())));
    }

    @Override
    public Optional<RunId> accepted(String id, String deliveryId, Instant since) {
        return store.accepted(id, deliveryId, since);
    }

    @Override
    public void note(WebhookDelivery delivery, @Nullable Json body) {
        String text = body == null ? null : body.text();
        store.note(new Noted(delivery, text == null || text.length() > LARGEST_KEPT ? null : text));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
