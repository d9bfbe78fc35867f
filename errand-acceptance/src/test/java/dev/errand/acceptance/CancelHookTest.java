package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.CancelAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is told of a cancel, and for how long. */
@Tag(TestStore.ONCE)
class CancelHookTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private interface Body {
        void run(RunContext run) throws Exception;
    }

    private final List<String> trace = new CopyOnWriteArrayList<>();
    private final Gate body = new Gate();
    private final Gate hook = new Gate();
    private final Gate parser = new Gate();
    private final AtomicBoolean slow = new AtomicBoolean();

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.hooks(new Traced("engine-", trace) {
        @Override
        public void onCancel(@Nullable Object payload, CompletionStage<?> end, RunContext run) throws Exception {
            super.onCancel(payload, end, run);
            throw new IllegalStateException("nobody to tell");
        }
    }));

    /** Hears of the cancel until the test lets it go. */
    private final class Listening extends Traced {
        Listening() {
            super("", trace);
        }

        @Override
        public void onCancel(@Nullable Object payload, CompletionStage<?> end, RunContext run) throws Exception {
            super.onCancel(payload, end, run);
            hook.passStubbornly();
            end.toCompletableFuture().get(Soon.SECONDS, TimeUnit.SECONDS);
            write("ended");
        }
    }

    private Run<?> trigger(TriggerOptions options, Body code) {
        Task<String, ?> task = Task.named("task", String.class)
                .parser(json -> {
                    if (slow.get()) {
                        parser.passStubbornly();
                    }
                    return json.text();
                })
                .retry(Retry.fixed(HOUR))
                .hooks(new Listening())
                .run((payload, run) -> {
                    trace.add("run");
                    code.run(run);
                });
        test.errand().put(task);
        return test.errand().trigger("task", "x", options);
    }

    private Run<?> executing() throws InterruptedException {
        Run<?> run = trigger(TriggerOptions.none(), context -> body.pass());
        body.awaitArrivals(1);
        test.until(run, RunState.EXECUTING);
        return run;
    }

    @Test
    void allAreToldWhateverOneOfThemThrowsAndMaySeeTheBodyEnd() throws InterruptedException {
        Run<?> run = executing();
        assertThat(run.cancel("enough")).isEqualTo(CancelAnswer.OK);
        hook.awaitArrivals(1);
        body.awaitInterrupt();
        Soon.await("the body has ended, middlewares included", () -> trace.contains("engine-after"));
        hook.open();
        assertThat(run)
                .endsWithin(SOON)
                .hasState(RunState.CANCELED)
                .hasReason("enough")
                .hasLogged("nobody to tell");
        assertThat(trace).containsSubsequence("engine-onCancel", "onCancel").endsWith("ended");
        assertThat(trace).doesNotContain("onError", "onSuccess", "onFailure", "onComplete", "cleanup");
    }

    @Test
    void theRunEndsAfterThirtySecondsThoughAHookGoesOn() throws InterruptedException {
        Run<?> run = executing();
        run.cancel();
        hook.awaitArrivals(1);
        Soon.await("the body has ended, middlewares included", () -> trace.contains("engine-after"));
        test.clock().advance(Duration.ofMillis(29_999));
        assertThat(run).hasState(RunState.EXECUTING);
        test.clock().advance(Duration.ofMillis(1));
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        hook.open();
    }

    @Test
    void nobodyIsToldOfARunThatWaits() throws InterruptedException {
        Run<?> run = trigger(TriggerOptions.none(), context -> context.sleep("settlement", HOUR));
        test.until(run, RunState.WAITING);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        test.advance(HOUR.multipliedBy(2));
        assertThat(run).hasState(RunState.CANCELED);
        assertThat(trace).doesNotContain("onCancel", "engine-onCancel").containsOnlyOnce("run");
    }

    @Test
    void norOfOneThatIsToBeRetried() throws InterruptedException {
        Run<?> run = trigger(TriggerOptions.none(), context -> {
            throw new IllegalStateException("boom");
        });
        test.until(run, RunState.RETRYING);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        test.advance(HOUR.multipliedBy(2));
        assertThat(run).hasState(RunState.CANCELED);
        assertThat(trace)
                .doesNotContain("onCancel", "engine-onCancel", "onFailure", "onComplete")
                .containsOnlyOnce("run");
    }

    /** As long as nothing of the task was called, nothing is: else a body would execute of which no hook could be told. */
    @Test
    void aRunThatIsCanceledWhileItsPayloadIsReadCallsNothing() throws InterruptedException {
        Run<?> run = trigger(TriggerOptions.none().after(HOUR), context -> {});
        slow.set(true);
        test.clock().advance(HOUR);
        parser.awaitArrivals(1);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        parser.open();
        assertThat(run).endsWithin(SOON).hasState(RunState.CANCELED);
        hook.open();
        test.runUntilIdle();
        assertThat(trace).isEmpty();
    }
}
