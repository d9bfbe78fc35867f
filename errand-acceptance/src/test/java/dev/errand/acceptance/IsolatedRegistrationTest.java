package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.errand.Retry;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What another process could not find is refused when it is registered. */
class IsolatedRegistrationTest {
    static final Task<Void, ?> HELD = Task.named("held", Void.class)
            .isolated(IsolatedRegistrationTest.class)
            .retry(Retry.none())
            .run((payload, run) -> {});

    static final Task<Void, ?> WITHOUT_POLICY = Task.named("without-policy", Void.class)
            .isolated(IsolatedRegistrationTest.class)
            .run((payload, run) -> {});

    private static void register(Task<?, ?> task) {
        try (TestErrand test =
                TestErrand.open(settings -> settings.warmProcesses(0).tasks(task))) {
            test.errand();
        }
    }

    @Test
    void aTaskThatNoStaticFieldHolds() {
        Task<Void, ?> task = Task.named("loose", Void.class)
                .isolated(IsolatedRegistrationTest.class)
                .run((payload, run) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> register(task))
                .withMessageContaining("Task loose cannot be isolated")
                .withMessageContaining("no static field of")
                .withMessageContaining("held, without-policy");
    }

    @Test
    void aTaskOfWhichNobodyKnowsWhereItIs() {
        Task<Void, ?> task =
                Task.named("loose", Void.class).options(HELD.options()).run((payload, run) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> register(task))
                .withMessageContaining("hold the task in a static field and say where, with isolated(Holder.class)");
    }

    @Test
    void otherCodeThanTheFieldHolds() {
        Stream.of(
                        HELD.withBody((payload, run) -> null),
                        HELD.withOptions(HELD.options().withRetry(Retry.exponential())),
                        HELD.withOptions(HELD.options().withErrors(List.of(IOException.class))))
                .forEach(other -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> register(other))
                        .withMessageContaining("has other code, hooks, declared errors or another retry policy"));
    }

    @Test
    void hooksOfTheEngineThatCannotBeMadeAgain() {
        TaskHooks<@Nullable Object, @Nullable Object> nameless = new TaskHooks<>() {};
        TaskHooks<@Nullable Object, @Nullable Object> needy = new IsolatedTasks.Logged("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestErrand.open(
                        settings -> settings.warmProcesses(0).hooks(needy).tasks(HELD)))
                .withMessageContaining("a constructor without parameters");
        assertThatNoException()
                .isThrownBy(() -> TestErrand.open(settings -> settings.warmProcesses(0)
                                .hooks(nameless)
                                .tasks(Task.named("plain", Void.class).run((payload, run) -> {})))
                        .close());
    }

    @Test
    void rulesOfTheEnginesPolicy() {
        Retry rules = Retry.exponential().abortOn(IOException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestErrand.open(
                        settings -> settings.warmProcesses(0).retry(rules).tasks(WITHOUT_POLICY)))
                .withMessageContaining("give the task a policy");
        assertThatNoException()
                .isThrownBy(() -> TestErrand.open(settings ->
                                settings.warmProcesses(0).retry(rules).tasks(HELD))
                        .close());
    }
}
