package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EffectValidation;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bodies that are executed twice after hooks have done something that they see. */
class ValidatedHooksTest {
    private final List<Object> seen = new ArrayList<>();

    private Run<?> finish(TaskHooks<Object, Object> hooks, Task<List<String>, ?> task) throws InterruptedException {
        try (TestErrand engine = TestStore.open(settings ->
                settings.effectValidation(EffectValidation.ENABLED).hooks(hooks).tasks(task))) {
            Run<?> run = engine.finish(engine.errand().trigger(task, List.of("a")));
            assertThat(run).isCompleted();
            return run;
        }
    }

    @Test
    void randomNumbersThatAHookHasDrawnTheBodyGetsInNoExecution() throws InterruptedException {
        TaskHooks<Object, Object> draws = new TaskHooks<>() {
            @Override
            public @Nullable Object init(Object payload, RunContext run) throws Exception {
                seen.add(run.random().nextGaussian());
                return null;
            }
        };
        finish(
                draws,
                Task.named("draws", new TypeRef<List<String>>() {})
                        .retry(Retry.none())
                        .run((payload, run) -> {
                            seen.add(run.random().nextGaussian());
                            seen.add(run.random().nextInt());
                            run.step("step " + seen.getLast(), () -> {});
                            run.sleep("night", Duration.ofDays(1));
                            run.step("more " + run.random().nextInt(), () -> {});
                        }));
        assertThat(seen.subList(1, 3)).isEqualTo(seen.subList(3, 5));
        assertThat(seen.subList(0, 3)).isEqualTo(seen.subList(5, 8)).doesNotHaveDuplicates();
    }

    @Test
    void aPayloadThatAHookHasChangedIsThatOfBothExecutions() throws InterruptedException {
        TaskHooks<Object, Object> adds = new TaskHooks<>() {
            @Override
            @SuppressWarnings("unchecked") // the task's
            public @Nullable Object init(Object payload, RunContext run) {
                ((List<String>) payload).add("b");
                return null;
            }
        };
        finish(
                adds,
                Task.named("packs", new TypeRef<List<String>>() {})
                        .retry(Retry.none())
                        .run((payload, run) -> {
                            while (!payload.isEmpty()) {
                                String item = payload.removeFirst();
                                seen.add(item);
                                run.step("pack " + item, () -> {});
                            }
                        }));
        assertThat(seen).containsExactly("a", "b", "a", "b");
    }
}
