package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Subscription;
import dev.errand.SubscriptionInfo;
import dev.errand.SubscriptionOptions;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable subscriptions. */
class SubscriptionTest {
    private static final String NAME = "desk";
    private static final EventFilter NUMBERS = EventFilter.named("number");
    private static final SubscriptionOptions AT_ONCE =
            SubscriptionOptions.none().retry(Retry.fixed(Duration.ZERO));

    private final Gate gate = new Gate();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final Task<Integer, ?> counts = Task.named("counts", Integer.class).run((times, run) -> {
        for (int n = 1; n <= times; n++) {
            run.raise("number", n);
            run.raise("other", n);
        }
    });

    @TempDir
    private Path folder;

    private String url;
    private Errand errand;

    @BeforeEach
    void openStore() {
        url = TestStore.url(folder);
        errand = open();
    }

    @AfterEach
    void close() {
        gate.open();
        errand.close();
    }

    private Errand open() {
        return Errand.builder()
                .store(url)
                .tasks(counts)
                .concurrency(1)
                .drain(Duration.ZERO)
                .open();
    }

    private void raise(int from, int to) {
        for (int n = from; n <= to; n++) {
            errand.raise("number", n);
        }
    }

    private static int number(Event event) {
        Json data = event.data();
        return data == null ? 0 : Integer.parseInt(data.text());
    }

    private Subscription subscribe(Errand by, EventListener listener) {
        return by.subscribe(NAME, NUMBERS, listener, AT_ONCE);
    }

    private Subscription subscribe(Errand by) {
        return subscribe(by, event -> heard.add(number(event)));
    }

    private void assertHears(int from, int to) throws InterruptedException {
        for (int n = from; n <= to; n++) {
            assertThat(Soon.next(heard)).isEqualTo(n);
        }
    }

    private SubscriptionInfo info() {
        return errand.subscriptions().getFirst();
    }

    private void awaitAcknowledged(int events) throws InterruptedException {
        Soon.await(events + " are acknowledged", () -> info().acknowledged() == events);
    }

    // ── how far it has come

    @Test
    void afterARestartTheFirstEventComesThatWasNotAcknowledged() throws InterruptedException { // case 71
        subscribe(errand, event -> {
            heard.add(number(event));
            if (number(event) == 6) {
                gate.pass();
            }
        });
        raise(1, 6);
        assertHears(1, 6);
        gate.awaitArrivals(1);
        assertThat(info().acknowledged()).isEqualTo(5);
        errand.close(); // while it handles the sixth
        gate.open();
        errand = open();
        raise(7, 8); // while nobody is there
        subscribe(errand);
        assertHears(6, 8);
        awaitAcknowledged(8);
        assertThat(heard).isEmpty();
    }

    @Test
    void eventsOfOneCommitAreAcknowledgedOneByOne() throws InterruptedException {
        try (Subscription subscription = subscribe(errand, event -> {
            heard.add(number(event));
            if (number(event) == 3) {
                gate.pass();
            }
        })) {
            errand.trigger(counts, 5);
            assertHears(1, 3);
            subscription.close();
            gate.letPass(1);
        }
        subscribe(errand); // goes on when that call has returned
        assertHears(4, 5);
        awaitAcknowledged(5);
        assertThat(heard).isEmpty();
    }

    @Test
    void itBeginsWithWhatFollowsUnlessItIsToBeginWithTheWholeLog() throws InterruptedException {
        raise(1, 2);
        subscribe(errand);
        BlockingQueue<Integer> all = new LinkedBlockingQueue<>();
        errand.subscribe(
                "all",
                NUMBERS,
                event -> all.add(number(event)),
                SubscriptionOptions.none().fromWholeLog());
        raise(3, 3);
        assertHears(3, 3);
        assertThat(List.of(Soon.next(all), Soon.next(all), Soon.next(all))).containsExactly(1, 2, 3);
    }

    @Test
    void itIsFilteredByTagsToo() throws InterruptedException {
        errand.subscribe(NAME, NUMBERS.withTags("red"), event -> heard.add(event.run()));
        errand.trigger(counts, 1);
        Run<?> red = errand.trigger(counts, 1, TriggerOptions.none().tags("red"));
        assertThat(Soon.next(heard)).isEqualTo(red.id());
        assertThat(heard).isEmpty();
    }

    @Test
    void whatDoesNotPassIsDoneWithAndNotCounted() throws InterruptedException {
        Subscription narrow = subscribe(errand);
        errand.raise("other", 1);
        raise(2, 2);
        assertHears(2, 2);
        awaitAcknowledged(1);
        narrow.close();
        errand.raise("other", 3);
        errand.subscribe(NAME, EventFilter.all(), event -> heard.add(number(event)), AT_ONCE);
        assertHears(3, 3);
        awaitAcknowledged(2);
        assertThat(heard).isEmpty();
    }

    @Test
    void tenThousandEventsPassByOneThatWantsOne() throws InterruptedException {
        subscribe(errand);
        Task<Integer, ?> noisy = Task.named("noisy", Integer.class).run((times, run) -> {
            for (int n = 0; n < times; n++) {
                run.raise("noise", n);
            }
            run.raise("number", 1);
        });
        errand.add(noisy);
        errand.trigger(noisy, 10_000);
        assertHears(1, 1);
    }

    // ── what goes wrong

    @Test
    void aListenerThatThrowsIsCalledAgainAndTheEventIsPassedOverInTheEnd() throws InterruptedException {
        subscribe(errand, event -> {
            heard.add(number(event));
            if (number(event) == 2) {
                throw new IllegalStateException("no two");
            }
        });
        raise(1, 3);
        assertHears(1, 1);
        assertHears(2, 2);
        assertHears(2, 2);
        assertHears(2, 2);
        assertHears(3, 3);
        awaitAcknowledged(3);
        assertThat(info().failures()).isEqualTo(3);
        assertThat(info().lastFailure()).satisfies(failure -> {
            assertThat(failure.summary()).isEqualTo("java.lang.IllegalStateException: no two");
            assertThat(failure.attempt()).isEqualTo(3);
        });
    }

    @Test
    void oneThatFailsForeverIsNotPassedOverAndAnotherListenerGetsIt() throws InterruptedException {
        Subscription fails = errand.subscribe(NAME, NUMBERS, event -> {
            heard.add(number(event));
            throw new StackOverflowError("on purpose");
        });
        raise(1, 2);
        assertHears(1, 1);
        Soon.await("its failure is kept", () -> info().failures() > 0);
        fails.close();
        heard.clear();
        subscribe(errand);
        Soon.await("both are acknowledged", () -> info().acknowledged() == 2);
        List<Object> all = new ArrayList<>(heard);
        assertThat(all).endsWith(1, 2).doesNotContain(3);
    }

    @Test
    void whatWasDeletedBeforeItCameSoFarItIsTold() throws InterruptedException {
        SubscriptionOptions told = AT_ONCE.onMissed(events -> {
            heard.add("missed " + events);
            if (heard.size() == 1) {
                throw new IllegalStateException("tell me once more");
            }
        });
        Subscription first = subscribe(errand);
        raise(1, 2);
        assertHears(1, 2);
        awaitAcknowledged(2);
        first.close();
        raise(3, 7);
        TestStore.trimLog(url);
        raise(8, 8);
        errand.subscribe(NAME, NUMBERS, event -> heard.add(number(event)), told);
        Soon.await("all is told", () -> heard.size() == 3);
        assertThat(heard).containsExactly("missed 5", "missed 5", 8);
        awaitAcknowledged(3);
        assertThat(info().missed()).isEqualTo(5);
        assertThat(info().failures()).isOne();
    }

    @Test
    void oneThatIsRemovedIsDeliveredNoMore() throws InterruptedException {
        subscribe(errand, event -> {
            heard.add(number(event));
            gate.pass();
        });
        raise(1, 2);
        gate.awaitArrivals(1);
        assertThat(errand.removeSubscription(NAME)).isTrue();
        assertThat(errand.removeSubscription(NAME)).isFalse();
        gate.open();
        Soon.await("it is closed", () -> {
            try {
                subscribe(errand);
                return true;
            } catch (IllegalStateException e) { // it is not, yet
                return false;
            }
        });
        raise(3, 3);
        assertHears(1, 1);
        assertHears(3, 3);
        assertThat(info().acknowledged()).isLessThanOrEqualTo(1);
    }

    // ── several

    @Test
    void oneEngineAtATimeIsCalledAndAnotherTakesOverWhereItEnded() throws InterruptedException {
        AtomicInteger others = new AtomicInteger();
        try (Errand other = open()) {
            subscribe(errand);
            raise(1, 1);
            assertHears(1, 1);
            subscribe(other, event -> {
                others.incrementAndGet();
                heard.add(number(event));
            });
            raise(2, 20);
            assertHears(2, 20);
            assertThat(others).hasValue(0);
            awaitAcknowledged(20);
            errand.close();
            errand = open();
            raise(21, 40);
            assertHears(21, 40);
            assertThat(others).hasValue(20);
            awaitAcknowledged(40);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void anEngineThatNeverWorksIsDeliveredTo() throws InterruptedException {
        try (Errand watches = Errand.builder().store(url).concurrency(0).open()) {
            subscribe(watches);
            raise(1, 3);
            assertHears(1, 3);
        }
        assertThat(info().node()).isNull();
        assertThat(info().acknowledged()).isEqualTo(3);
    }

    @Test
    void itsListenerIsCalledOnTheExecutorItNames() throws InterruptedException {
        try (ExecutorService one = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("event thread").factory())) {
            errand.subscribe(
                    NAME, NUMBERS, event -> heard.add(Thread.currentThread().getName()), AT_ONCE.executor(one));
            raise(1, 1);
            assertThat(Soon.next(heard)).isEqualTo("event thread");
            awaitAcknowledged(1);
        }
        raise(2, 2); // which the executor refuses
        Soon.await("the subscription is free", () -> info().node() == null);
        subscribe(errand);
        assertHears(2, 2);
    }

    @Test
    void aListenerClosesItsEngine() throws InterruptedException {
        subscribe(errand, event -> {
            heard.add(number(event));
            errand.close();
        });
        raise(1, 1);
        assertHears(1, 1);
        errand.close();
        errand = open();
        Soon.await("the subscription is free, or its node is no more", () -> {
            Long node = info().node();
            return node == null || errand.nodes().stream().noneMatch(each -> each.number() == node);
        });
    }

    @Test
    void whatCannotBeIsRefused() {
        subscribe(errand);
        assertThatIllegalStateException()
                .isThrownBy(() -> subscribe(errand))
                .withMessage("this engine has subscribed as 'desk' already; close that subscription first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> errand.subscribe(" ", NUMBERS, event -> {}))
                .withMessageContaining("1 to 256 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AT_ONCE.retry(Retry.byHand(3)))
                .withMessageContaining("retried by itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> errand.raise("run.state", null))
                .withMessageContaining("does not begin with 'run.'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> errand.raise("large", "x".repeat(300_000)))
                .withMessageContaining("at most 262,144 are kept");
    }
}
