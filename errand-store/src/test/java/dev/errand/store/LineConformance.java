package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.QueueLine;
import dev.errand.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators are told of runs that wait: what for, how many are ahead of them, and how long. */
public abstract class LineConformance extends StoreTest {
    private static final String MAIL = "mail";

    @BeforeEach
    void aQueueWithAPermit() {
        store.join("first", 10);
        store.queues().declare(List.of(new QueueEntry(MAIL, Limits.none().concurrency(1))));
    }

    private RunId enqueue(String task, @Nullable String queue, @Nullable String key) {
        RunOptions options = RunOptions.NONE.withQueue(queue).withConcurrencyKey(key);
        return enqueue(NewRuns.of(task, clock).options(options));
    }

    @Test
    void theObstacleSaysHowManyPermitsAreTakenAndHowManyRunsOfTheQueueAreAhead() {
        enqueue(GREET, MAIL, null);
        assertThat(claim(store, 1)).hasSize(1);
        enqueueGreet(); // in front of it too, but elsewhere
        enqueue(GREET, MAIL, null);
        enqueue("other", MAIL, null);
        RunId last = enqueue(GREET, MAIL, null);
        assertThat(store.queues().obstacle(last)).contains("It waits: queue mail: 1 of 1 permits taken, 2 ahead.");
        store.queues().pause(MAIL, true);
        assertThat(store.queues().obstacle(last)).contains("It waits: queue mail is paused, 2 ahead.");
    }

    @Test
    void ofARunWithAKeyThoseOfItsKeyAreAhead() {
        enqueue(GREET, MAIL, "u1");
        assertThat(claim(store, 1)).hasSize(1);
        enqueue(GREET, MAIL, "u2");
        enqueue(GREET, MAIL, "u1");
        RunId last = enqueue(GREET, MAIL, "u1");
        assertThat(store.queues().obstacle(last))
                .contains("It waits: queue mail: 1 of 1 permits taken, 1 ahead of its key.");
    }

    @Test
    void linesAreListedWithWhatWaitsInThemTheLongestFirst() {
        enqueue(GREET, MAIL, "u1");
        enqueue(GREET, MAIL, "u1");
        Instant then = clock.instant();
        clock.advance(Duration.ofSeconds(8));
        enqueue(GREET, MAIL, null);
        enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        clock.advance(Duration.ofSeconds(1));
        enqueue(GREET, null, "u1");
        assertThat(store.queues().lines(10))
                .containsExactly(
                        new QueueLine(GREET, MAIL, "u1", 2, then),
                        new QueueLine(GREET, MAIL, null, 1, then.plusSeconds(8)),
                        new QueueLine(GREET, null, "u1", 1, then.plusSeconds(9)));
        assertThat(store.queues().lines(1)).hasSize(1);
        int claimed = claim(store, 10).size();
        assertThat(store.queues().lines(10).stream()
                        .mapToLong(QueueLine::waiting)
                        .sum())
                .isEqualTo(4 - claimed)
                .isLessThan(4);
    }
}
