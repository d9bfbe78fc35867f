package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;

import dev.errand.Branch;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.Value;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Branches that wait for what comes from outside while others are at work. */
class BranchesBesideTest {
    private interface Body {
        @Nullable
        Object run(RunContext run) throws Exception;
    }

    private final Gate gate = new Gate();

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.concurrency(2));

    private final Value<Boolean> stop = test.errand().value("stop", Boolean.class);

    private Run<Object> trigger(Body body) {
        Task<String, Object> task =
                Task.named("task", String.class, Object.class).run((payload, run) -> body.run(run));
        test.errand().put(task);
        return test.errand().trigger(task, "");
    }

    /** Returns when one branch is at work, and the other has kept for what it waits. */
    private void awaitBoth(Run<?> run, String wait) throws InterruptedException {
        gate.awaitArrivals(1);
        Soon.await(
                "it waits",
                () -> run.steps().stream().anyMatch(step -> step.name().equals(wait)));
    }

    @Test
    void workEndsWhenAValueSaysSo() throws InterruptedException {
        Run<Object> run = trigger(context -> context.anyOf(
                        "race",
                        Branch.of(
                                "stopped",
                                () -> context.until("to stop", () -> stop.get().orElse(false))),
                        Branch.of("works", () -> gate.pass()))
                .branch());
        awaitBoth(run, "to stop");
        stop.set(false);
        stop.set(true);
        gate.awaitInterrupt();
        assertThat(test.finish(run)).isCompleted().hasOutput("stopped").hasAttempts(1);
    }

    @Test
    void workEndsWhenATokenIsCompleted() throws InterruptedException {
        List<TokenId> tokens = new CopyOnWriteArrayList<>();
        Run<Object> run = trigger(context -> {
            Token<String> enough = context.token("enough", String.class, Duration.ofDays(1));
            Branch<String> answer = Branch.of(
                    "answer", String.class, () -> context.await(enough).unwrap());
            tokens.add(enough.id());
            return context.anyOf("race", answer, Branch.of("works", () -> gate.pass()))
                    .of(answer)
                    .orElse("works");
        });
        awaitBoth(run, "enough");
        Soon.await("it is awaited", () -> run.steps().size() == 2);
        test.errand().tokens().complete(tokens.getFirst(), "it is enough");
        gate.awaitInterrupt();
        assertThat(test.finish(run)).isCompleted().hasOutput("it is enough").hasAttempts(1);
    }

    @Test
    void aBranchGoesOnWhenItsChildHasEnded() throws InterruptedException {
        Task<String, String> child =
                Task.named("child", String.class, String.class).run((payload, run) -> "a child");
        test.errand().put(child);
        Run<Object> run = trigger(context -> context.parallel(
                "both",
                List.of(
                        Branch.of("asks", String.class, () -> {
                            String answer = context.invoke(child, "");
                            gate.open();
                            return answer;
                        }),
                        Branch.of("works", String.class, () -> {
                            gate.pass();
                            return "worked";
                        }))));
        assertThat(test.finish(run)).isCompleted().hasOutput(List.of("a child", "worked"));
    }
}
