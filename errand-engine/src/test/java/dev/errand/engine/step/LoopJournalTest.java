package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.LoopAnswer;
import dev.errand.RunId;
import dev.errand.StepOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is kept of a loop that goes on for long. */
class LoopJournalTest {
    private static final int MANY = 10_000;

    private final RunId run = RunId.next(AttemptInMemory.NOW);
    private final List<String> done = new ArrayList<>();

    @AutoClose
    private final StepsInMemory kept = new StepsInMemory();

    private AttemptInMemory attempt() {
        return new AttemptInMemory(run, kept);
    }

    @Test
    void itStaysSmallHoweverManyIterationsThereAre() throws InterruptedException {
        AttemptInMemory attempt = attempt();
        attempt.step("before", StepOptions.none(), done);
        String last = attempt.loops.loop("round", Duration.ZERO, iteration -> {
            for (int i = 0; i < iteration % 4; i++) {
                attempt.step("S", StepOptions.none(), done);
            }
            attempt.step("keyed", StepOptions.none().key("K"), done);
            attempt.step("once", StepOptions.none().oncePerRun(), done);
            return iteration < MANY ? LoopAnswer.again() : LoopAnswer.done("done");
        });
        attempt.step("after", StepOptions.none(), done);
        assertThat(last).isEqualTo("done");
        assertThat(kept.stored)
                .as("before, once, the loop, after, and an iteration's three and one")
                .hasSizeLessThanOrEqualTo(9);
        assertThat(kept.keys()).doesNotHaveDuplicates();
        assertThat(done.stream().filter("once"::equals)).hasSize(1);
        assertThat(done.stream().filter("keyed"::equals)).hasSize(MANY + 1);
    }

    @Test
    void anAttemptThatFollowsReadsLittleAndGoesOn() throws InterruptedException {
        AttemptInMemory first = attempt();
        assertThatFails(() -> first.loops.loop("round", Duration.ZERO, iteration -> {
            first.step("S", StepOptions.none(), done);
            if (iteration == MANY) {
                first.step("T", StepOptions.none(), done);
                throw new IllegalStateException("on purpose");
            }
            return LoopAnswer.again();
        }));
        done.clear();
        kept.read.set(0);
        AttemptInMemory second = attempt();
        List<Integer> iterations = new ArrayList<>();
        second.loops.loop("round", Duration.ZERO, iteration -> {
            iterations.add(iteration);
            second.step("S", StepOptions.none(), done);
            second.step("T", StepOptions.none(), done);
            second.step("U", StepOptions.none(), done);
            return iteration <= MANY ? LoopAnswer.again() : LoopAnswer.done();
        });
        assertThat(kept.read.get()).isLessThanOrEqualTo(4);
        assertThat(iterations).containsExactly(MANY, MANY + 1);
        assertThat(done).containsExactly("U", "S", "T", "U");
        assertThat(kept.stored).hasSizeLessThanOrEqualTo(4);
        assertThat(kept.keys()).contains("in:@round@" + (MANY + 1) + "|name:U#1", "loop:round#1");
    }

    @Test
    void ofIterationsThatFinishedInAProcessThatDiedNothingIsRememberedThatTheySaid() throws InterruptedException {
        attempt()
                .loops
                .loop("round", Duration.ZERO, iteration -> iteration < 3 ? LoopAnswer.again() : LoopAnswer.done());
        AttemptInMemory next = attempt();
        next.said.addAll(List.of("@round@1", "@round@1/b.c#1", "@round@3", "b.c#1"));
        next.loops.loop("round", Duration.ZERO, iteration -> LoopAnswer.done());
        assertThat(next.said).containsExactlyInAnyOrder("@round@3", "b.c#1");
    }

    @Test
    void whoAsksAgainForTheSeedFindsWhatWasKept() throws InterruptedException {
        AttemptInMemory attempt = attempt();
        UUID id = new StableValues(attempt.steps, attempt.places, () -> AttemptInMemory.NOW).newId();
        assertThat(new StableValues(attempt.steps, attempt.places, () -> AttemptInMemory.NOW).newId())
                .isEqualTo(id);
        AttemptInMemory next = attempt();
        assertThat(new StableValues(next.steps, next.places, () -> AttemptInMemory.NOW).newId())
                .isEqualTo(id);
        assertThat(kept.keys()).containsExactly("name:run.seed#1");
    }

    private interface Code {
        void run() throws InterruptedException;
    }

    private static void assertThatFails(Code code) throws InterruptedException {
        try {
            code.run();
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("on purpose");
            return;
        }
        throw new AssertionError("it did not fail");
    }
}
