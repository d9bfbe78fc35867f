package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.QueueBacklog;
import dev.errand.QueueInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What queues tell of themselves, and what operators say of their limits. */
public abstract class QueueConformance extends StoreTest {
    private static final String OF_TASK = "task/" + GREET;

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
        declare("mail", Limits.none());
        declare(OF_TASK, Limits.none());
    }

    private void declare(String queue, Limits limits) {
        store.queues().declare(List.of(new QueueEntry(queue, limits)));
    }

    private QueueInfo queue(String name) {
        return store.queues().find(name).orElseThrow();
    }

    private void enqueue(int count, @Nullable String queue) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(NewRuns.of(GREET, clock)
                    .options(RunOptions.NONE.withQueue(queue))
                    .build());
        }
        store.enqueue(runs);
    }

    /** In the list it is told as alone. */
    private void tells(String name, int claimed, int waiting) {
        QueueInfo queue = queue(name);
        assertThat(List.of(queue.claimed(), queue.waiting())).as(name).containsExactly(claimed, waiting);
        assertThat(store.queues().all()).contains(queue);
    }

    @Test
    void withoutLimitsTooAQueueTellsHowManyExecuteAndHowManyWait() {
        enqueue(5, null);
        tells(OF_TASK, 0, 5);
        List<Claim> claims = claim(store, 3);
        assertThat(claims).hasSize(3);
        tells(OF_TASK, 3, 2);
        enqueue(2, "mail");
        tells(OF_TASK, 3, 4);
        tells("mail", 0, 2);
        record(completed(claims.getFirst()));
        tells(OF_TASK, 2, 4);
        record(failed(claims.get(1), false));
        record(retried(claims.get(2), Duration.ofHours(1)));
        tells(OF_TASK, 0, 4);
        List<Claim> rest = claim(store, 4);
        tells(OF_TASK, rest.size(), 4 - rest.size());
    }

    private List<QueueBacklog> backlog() {
        return store.queues().backlog().stream()
                .sorted(Comparator.comparing(QueueBacklog::queue))
                .toList();
    }

    @Test
    void whatWaitsIsToldQueueByQueueAndSinceWhenTheOldestDoes() {
        assertThat(backlog()).isEmpty();
        Instant first = clock.instant();
        enqueue(3, "mail");
        clock.advance(MINUTE);
        enqueue(2, "mail");
        enqueue(1, null);
        enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.withConcurrencyKey("ada")));
        enqueue(NewRuns.of("other", clock));
        store.enqueue(List.of(NewRuns.of(GREET, clock).in(MINUTE).build()));
        assertThat(backlog())
                .as("neither what is delayed nor what no queue was ever declared for is missing or too much")
                .containsExactly(
                        new QueueBacklog("mail", 5, first),
                        new QueueBacklog(OF_TASK, 2, clock.instant()),
                        new QueueBacklog("task/other", 1, clock.instant()));
        for (int claimed = 0; claimed < 7; ) {
            claimed += claim(store, 7 - claimed).size();
        }
        assertThat(backlog()).containsExactly(new QueueBacklog("task/other", 1, clock.instant()));
    }

    @Test
    void aQueueThatIsLimitedWhileItsRunsExecuteTellsTheSame() {
        enqueue(4, "mail");
        assertThat(claim(store, 3)).hasSize(3);
        tells("mail", 3, 1);
        store.queues().pause("mail", true);
        tells("mail", 3, 1);
        store.queues().pause("mail", false);
        tells("mail", 3, 1);
        store.queues().override("mail", Limits.none().concurrency(1));
        tells("mail", 3, 1);
    }

    @Test
    void aChangeOfLimitsIsGivenThoseThatWereSetAndKeepsWhatItGives() {
        UnaryOperator<Limits> sixPending = limits -> limits.maxPending(6);
        assertThat(store.queues().change("MAIL", sixPending)).isTrue();
        assertThat(queue("mail").override()).isEqualTo(Limits.none().maxPending(6));
        Limits both = Limits.none().maxPending(6).concurrency(2).onConflict(OnConflict.DROP);
        assertThat(store.queues()
                        .change("mail", limits -> limits.equals(Limits.none().maxPending(6)) ? both : limits))
                .isTrue();
        assertThat(queue("mail").override()).isEqualTo(both);
        assertThat(store.queues().change("mail", limits -> Limits.none())).isTrue();
        assertThat(queue("mail").override()).isNull();
        assertThat(store.queues().change("nope", sixPending)).isFalse();
    }

    @Test
    void ofManyWhoChangeLimitsAtOnceNoneUndoesWhatAnotherDid() {
        Store other = openNode("other");
        store.queues().override("mail", Limits.none().concurrency(0));
        List<CompletableFuture<Boolean>> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Store by = i % 2 == 0 ? store : other;
            changes.add(CompletableFuture.supplyAsync(() -> by.queues().change("mail", QueueConformance::oneMore)));
        }
        assertThat(changes.stream().map(StoreTest::await)).containsOnly(true);
        assertThat(queue("mail").limits().concurrency()).isEqualTo(20);
    }

    private static Limits oneMore(Limits limits) {
        Integer concurrency = limits.concurrency();
        return limits.concurrency(concurrency == null ? 1_000 : concurrency + 1);
    }
}
