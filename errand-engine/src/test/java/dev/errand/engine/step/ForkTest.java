package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What comes of branches at work when one fails or wins. */
class ForkTest {
    @AutoClose
    private final StepsInMemory kept = new StepsInMemory();

    private final RunId run = RunId.next(AttemptInMemory.NOW);
    private final AttemptInMemory attempt = new AttemptInMemory(run, kept);

    private Place branch(String name) {
        return attempt.places.top().branch("race", 1, name);
    }

    @Test
    void ofARaceThatIsDecidedNothingIsRememberedThatItsBranchesSaid() throws Exception {
        List<Branch<String>> both =
                List.of(Branch.of("a", String.class, () -> "a"), Branch.of("b", String.class, () -> "b"));
        attempt.said.addAll(List.of("race.a#1", "race.b#1", "other.a#1"));
        attempt.branches.first("race", both);
        assertThat(attempt.said).containsExactly("other.a#1");
        AttemptInMemory next = new AttemptInMemory(run, kept);
        next.said.addAll(List.of("race.a#1", "race.b#1/in.c#1"));
        next.branches.first("race", both);
        assertThat(next.said).as("whose process died").isEmpty();
    }

    @Test
    void aWinnerThatIsBeingKeptIsNotInterruptedByAnError() throws Exception {
        CountDownLatch isKeeping = new CountDownLatch(1);
        CountDownLatch othersAreInterrupted = new CountDownLatch(1);
        List<String> won = new ArrayList<>();
        Fork fork = new Fork("fork:race#1", true, attempt.waits, attempt.places, attempt);
        fork.add(() -> branch("a"), () -> "a", value -> {
            isKeeping.countDown();
            assertThat(othersAreInterrupted.await(60, TimeUnit.SECONDS)).isTrue();
            won.add(String.valueOf(value));
        });
        fork.add(
                () -> branch("b"),
                () -> {
                    isKeeping.await();
                    throw new IllegalStateException("too late");
                },
                value -> {});
        fork.add(
                () -> branch("c"),
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        othersAreInterrupted.countDown();
                    }
                    return "never";
                },
                value -> {});
        fork.join();
        assertThat(won).containsExactly("a");
    }
}
