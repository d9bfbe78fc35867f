package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.SealedWebhookTarget;
import dev.errand.WebhookFilter;
import dev.errand.WebhookHealth;
import dev.errand.WebhookTarget;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told of events over HTTP, and how they fare. */
public abstract class WebhookTargetConformance extends StoreTest {
    private static final String A = "wht_a";
    private static final WebhookFilter FILTER =
            new WebhookFilter(List.of("run.*", "\"quoted\" ü😀"), List.of("import"), List.of("a,b", "c"));

    private WebhookTargetStore targets;

    @BeforeEach
    void findTargets() {
        targets = store.subscriptions().targets();
    }

    private WebhookTarget target(String id) {
        URI url = URI.create("https://example.org/hook?key=1&x=%20");
        return new WebhookTarget(id, url, FILTER, clock.instant(), WebhookHealth.NEW);
    }

    private SealedWebhookTarget stored() {
        return targets.find(A).orElseThrow();
    }

    private WebhookHealth health() {
        return stored().target().health();
    }

    @Test
    void aTargetIsThereInEveryProcessAndLater() {
        targets.create(target(A), "1.sealed");
        SealedWebhookTarget expected = new SealedWebhookTarget(target(A), "1.sealed", null, null);
        assertThat(targets.find(A)).contains(expected);
        assertThat(open().subscriptions().targets().find(A)).contains(expected);
        reopen();
        assertThat(store.subscriptions().targets().find(A)).contains(expected);
        assertThat(store.subscriptions().targets().find("wht_none")).isEmpty();
    }

    @Test
    void theyAreListedTheOldestFirstAndWhatIsSentTwiceIsStoredOnce() {
        targets.create(target("wht_c"), "1.c");
        targets.create(target("wht_b"), "1.b");
        clock.advance(MINUTE);
        targets.create(target(A), "1.a");
        targets.create(target(A), "1.other");
        assertThat(targets.list()).extracting(WebhookTarget::id).containsExactly("wht_b", "wht_c", A);
        assertThat(stored().sealed()).isEqualTo("1.a");
    }

    @Test
    void itIsChangedAndRemoved() {
        targets.create(target(A), "1.a");
        targets.change(A, URI.create("http://b.example/"), WebhookFilter.of("*"));
        targets.change("wht_none", URI.create("http://b.example/"), WebhookFilter.of("*"));
        assertThat(stored().target().url()).isEqualTo(URI.create("http://b.example/"));
        assertThat(stored().target().filter()).isEqualTo(WebhookFilter.of("*"));
        assertThat(targets.remove(A)).isTrue();
        assertThat(targets.remove(A)).isFalse();
        assertThat(targets.list()).isEmpty();
    }

    @Test
    void theSecretBeforeIsKeptForAWhileHoweverOftenThatIsSaid() {
        targets.create(target(A), "1.a");
        Instant until = clock.instant().plus(MINUTE);
        targets.rotate(A, "1.b", until);
        targets.rotate(A, "1.b", until);
        assertThat(stored()).isEqualTo(new SealedWebhookTarget(target(A), "1.b", "1.a", until));
        assertThat(stored().sealedAt(clock.instant())).containsExactly("1.b", "1.a");
        assertThat(stored().sealedAt(until)).containsExactly("1.b");
    }

    @Test
    void itIsDisabledOnceAndForgetsItsFailuresWhenEnabled() {
        targets.create(target(A), "1.a");
        Instant first = clock.instant();
        targets.failed(A, first, "no answer");
        assertThat(targets.disable(A, first, "it was gone")).isTrue();
        clock.advance(MINUTE);
        assertThat(targets.disable(A, clock.instant(), "again")).isFalse();
        assertThat(targets.disable("wht_none", first, "again")).isFalse();
        assertThat(health()).isEqualTo(new WebhookHealth(first, "it was gone", first, "no answer", null));
        assertThat(targets.enable(A)).isTrue();
        assertThat(targets.enable(A)).isTrue();
        assertThat(targets.enable("wht_none")).isFalse();
        assertThat(health()).isEqualTo(new WebhookHealth(null, null, null, "no answer", null));
    }

    @Test
    void itFailsSinceTheFirstFailureAfterItsLastSuccess() {
        targets.create(target(A), "1.a");
        Instant first = clock.instant();
        assertThat(targets.failed(A, first, "one")).contains(first);
        clock.advance(MINUTE);
        assertThat(targets.failed(A, clock.instant(), "two")).contains(first);
        assertThat(health().lastFailure()).isEqualTo("two");
        Instant success = clock.instant();
        targets.delivered(A, success);
        assertThat(health()).isEqualTo(new WebhookHealth(null, null, null, "two", success));
        targets.delivered(A, success.plusSeconds(59));
        assertThat(health().lastDeliveredAt()).as("to the minute").isEqualTo(success);
        targets.delivered(A, success.plusSeconds(60));
        assertThat(health().lastDeliveredAt()).isEqualTo(success.plusSeconds(60));
        Instant later = success.plusSeconds(70);
        assertThat(targets.failed(A, later, "three")).contains(later);
        targets.delivered(A, later);
        assertThat(health().failingSince()).isNull();
        assertThat(targets.failed("wht_none", later, "four")).isEmpty();
        targets.delivered("wht_none", later);
    }
}
