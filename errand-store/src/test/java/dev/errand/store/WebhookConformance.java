package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.WebhookDelivery;
import dev.errand.WebhookDelivery.Outcome;
import dev.errand.WebhookInfo;
import dev.errand.store.WebhookStore.Entry;
import dev.errand.store.WebhookStore.Noted;
import dev.errand.store.WebhookStore.Sealed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Webhooks, and the log of what came to them. */
public abstract class WebhookConformance extends StoreTest {
    private static final String HOOK = "webhook_a";

    private Entry entry(String id, Sealed... secrets) {
        Map<String, List<String>> filter =
                Map.of("data.kind of=thing & more", List.of("a,b", "ü😀=&"), "type", List.of("invoice.*"));
        WebhookInfo webhook = new WebhookInfo(
                id, "orders ü😀", GREET, Duration.ofMillis(90_001), filter, "challenge", clock.instant(), null);
        return new Entry(webhook, List.of(secrets));
    }

    private Entry create(String id) {
        Entry entry = entry(id, new Sealed("1.sealed", null));
        store.webhooks().create(entry);
        return entry;
    }

    private WebhookDelivery note(Outcome outcome, @Nullable String deliveryId, @Nullable RunId run) {
        WebhookDelivery delivery =
                WebhookDelivery.of(HOOK, deliveryId, outcome, "since ü😀", run, clock.instant(), 1L << 40);
        store.webhooks().note(new Noted(delivery, null));
        return delivery;
    }

    private List<WebhookDelivery> log() {
        return store.webhooks().deliveries(HOOK, null, 10_000);
    }

    @Test
    void aWebhookIsFoundAsItWasMadeInEveryProcess() {
        Entry first = entry(
                "webhook_b",
                new Sealed("2.new", null),
                new Sealed("1.old", clock.instant().plus(MINUTE)));
        store.webhooks().create(first);
        clock.advance(MINUTE);
        Entry second = create(HOOK);
        assertThat(store.webhooks().find("webhook_b")).contains(first);
        assertThat(open().webhooks().list()).containsExactly(first, second);
        assertThat(store.webhooks().find("webhook_none")).isEmpty();
    }

    @Test
    void oneWithoutAFilterAndAHandshakeHasNone() {
        WebhookInfo bare =
                new WebhookInfo(HOOK, "n", GREET, Duration.ofMinutes(5), Map.of(), null, clock.instant(), null);
        store.webhooks().create(new Entry(bare, List.of(new Sealed("1.a", null))));
        assertThat(store.webhooks().find(HOOK).orElseThrow().webhook()).isEqualTo(bare);
    }

    @Test
    void whatIsSentTwiceIsStoredOnce() {
        Entry first = create(HOOK);
        clock.advance(MINUTE);
        create(HOOK);
        WebhookDelivery delivery = note(Outcome.REFUSED, null, null);
        store.webhooks().note(new Noted(delivery, null));
        assertThat(store.webhooks().list()).containsExactly(first);
        assertThat(log()).containsExactly(delivery);
    }

    @Test
    void secretsAreReplacedIfTheyAreWhatTheyAreTakenFor() {
        Entry entry = create(HOOK);
        List<Sealed> after = List.of(new Sealed("2.new", null), new Sealed("1.sealed", clock.instant()));
        assertThat(store.webhooks().replaceSecrets(HOOK, entry.secrets(), after))
                .isTrue();
        assertThat(store.webhooks().replaceSecrets(HOOK, entry.secrets(), List.of(new Sealed("3.late", null))))
                .as("somebody else was first")
                .isFalse();
        assertThat(store.webhooks().find(HOOK).orElseThrow().secrets()).isEqualTo(after);
        assertThat(store.webhooks().replaceSecrets("webhook_none", entry.secrets(), after))
                .isFalse();
    }

    @Test
    void itIsDisabledAndEnabledAgain() {
        create(HOOK);
        Instant since = clock.instant();
        assertThat(store.webhooks().disable(HOOK, since)).isTrue();
        assertThat(store.webhooks().find(HOOK).orElseThrow().webhook().disabledAt())
                .isEqualTo(since);
        assertThat(store.webhooks().disable(HOOK, null)).isTrue();
        assertThat(store.webhooks().find(HOOK).orElseThrow().webhook().takesDeliveries())
                .isTrue();
        assertThat(store.webhooks().disable("webhook_none", since)).isFalse();
    }

    @Test
    void whatIsDeletedIsGoneWithItsLog() {
        create(HOOK);
        Entry other = create("webhook_b");
        note(Outcome.ACCEPTED, "msg_1", RunId.next());
        assertThat(store.webhooks().delete(HOOK)).isTrue();
        assertThat(store.webhooks().delete(HOOK)).isFalse();
        assertThat(store.webhooks().list()).containsExactly(other);
        assertThat(log()).isEmpty();
    }

    @Test
    void theLogIsReadInPartsTheNewestFirst() {
        WebhookDelivery first = note(Outcome.ACCEPTED, "msg_1", RunId.next());
        WebhookDelivery second = note(Outcome.REFUSED, null, null);
        clock.advance(MINUTE);
        WebhookDelivery third = note(Outcome.FILTERED, "msg_2", null);
        assertThat(store.webhooks().deliveries(HOOK, null, 2)).containsExactly(third, second);
        assertThat(open().webhooks().deliveries(HOOK, second.id(), 2)).containsExactly(first);
        assertThat(store.webhooks().deliveries("webhook_b", null, 2)).isEmpty();
    }

    @Test
    void whatWasDeliveredIsKeptWhereItIsGiven() {
        WebhookDelivery delivery =
                WebhookDelivery.of(HOOK, "msg_1", Outcome.FILTERED, "why", null, clock.instant(), 12);
        store.webhooks().note(new Noted(delivery, "{\"a\":\"ü😀\"}"));
        assertThat(store.webhooks().delivery(HOOK, delivery.id())).contains(new Noted(delivery, "{\"a\":\"ü😀\"}"));
        assertThat(store.webhooks().delivery("webhook_b", delivery.id())).isEmpty();
        assertThat(store.webhooks().delivery(HOOK, "delivery_none")).isEmpty();
    }

    @Test
    void theRunOfADeliveryIsFoundForAWhile() {
        RunId run = RunId.next();
        Instant at = clock.instant();
        note(Outcome.ACCEPTED, "msg_1", run);
        note(Outcome.DUPLICATE, "msg_2", RunId.next());
        clock.advance(MINUTE);
        RunId later = RunId.next();
        note(Outcome.ACCEPTED, "msg_1", later);
        assertThat(store.webhooks().accepted(HOOK, "msg_1", at)).as("the first").contains(run);
        assertThat(store.webhooks().accepted(HOOK, "msg_1", clock.instant())).contains(later);
        assertThat(store.webhooks().accepted(HOOK, "msg_1", at.plus(MINUTE).plus(MINUTE)))
                .isEmpty();
        assertThat(store.webhooks().accepted(HOOK, "msg_2", at)).isEmpty();
        assertThat(store.webhooks().accepted("webhook_b", "msg_1", at)).isEmpty();
    }

    @Test
    void theLogKeepsTheLastOfBothKindsSoThatStrangersPushOutNothing() {
        WebhookDelivery genuine = note(Outcome.ACCEPTED, "msg_1", RunId.next());
        WebhookDelivery refused = note(Outcome.REFUSED, null, null);
        for (int i = 0; i < WebhookStore.KEPT_REFUSED; i++) {
            note(Outcome.REFUSED, null, null);
        }
        assertThat(log())
                .hasSize(WebhookStore.KEPT_REFUSED + 1)
                .contains(genuine)
                .doesNotContain(refused);
        for (int i = 0; i < WebhookStore.KEPT; i++) {
            note(Outcome.DUPLICATE, "msg_1", null);
        }
        assertThat(log()).hasSize(WebhookStore.KEPT + WebhookStore.KEPT_REFUSED).doesNotContain(genuine);
    }
}
