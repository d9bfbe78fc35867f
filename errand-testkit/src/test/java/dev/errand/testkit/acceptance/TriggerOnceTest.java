package dev.errand.testkit.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Json;
import dev.errand.QueueNotFoundException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs that a body triggers are triggered once, however often it is called. */
class TriggerOnceTest {
    private interface Body {
        void run(RunContext run) throws Exception;
    }

    private final AtomicInteger bodies = new AtomicInteger();
    private final List<RunId> triggered = new CopyOnWriteArrayList<>();

    private final Task<Json, String> child = Task.named("child", Json.class, String.class)
            .run((payload, run) -> "");

    private final TaskHooks<@Nullable Object, @Nullable Object> hooks = new TaskHooks<>() {
        @Override
        public void onError(@Nullable Object payload, Throwable error, RunContext run) {
            run.trigger("alert", "", TriggerOptions.none());
        }
    };

    private final Task<String, String> alert =
            Task.named("alert", String.class, String.class).run((payload, run) -> "");

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.tasks(child, alert));

    /** A body that is called three times: it sleeps, and its first attempt fails after that. */
    private Run<String> calledThrice(Body body) throws InterruptedException {
        Task<String, String> parent = Task.named("parent", String.class, String.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .hooks(hooks)
                .run((payload, run) -> {
                    bodies.incrementAndGet();
                    body.run(run);
                    run.sleep("a while", Duration.ofHours(1));
                    if (run.attempt() == 1) {
                        throw new IllegalStateException("on purpose");
                    }
                    return "";
                });
        test.errand().put(parent);
        Run<String> run = test.finish(test.errand().trigger(parent, ""));
        test.runUntilIdle();
        assertThat(run).isCompleted().hasAttempts(2);
        assertThat(bodies).hasValue(3);
        return run;
    }

    private List<RunInfo> runs(String task) {
        return test.errand().runs(RunQuery.all().tasks(task)).items();
    }

    private void trigger(RunContext run, String payload) {
        triggered.add(run.trigger(child, new Json(payload)).id());
    }

    @Test
    void eachCallTriggersOnceInAllAttempts() throws InterruptedException {
        Run<String> run = calledThrice(context -> {
            trigger(context, "1");
            trigger(context, "1");
            trigger(context, "2");
        });
        assertThat(runs("child")).hasSize(3).extracting(RunInfo::parent).containsOnly(run.id());
        assertThat(triggered).hasSize(9);
        assertThat(triggered.subList(3, 6)).isEqualTo(triggered.subList(0, 3));
        assertThat(triggered.subList(6, 9)).isEqualTo(triggered.subList(0, 3));
        assertThat(run).hasSteps("child", "child", "child", "a while");
    }

    @Test
    void aPayloadThatIsOtherTheNextTimeIsTheSameTrigger() throws InterruptedException {
        calledThrice(context -> trigger(context, "{\"call\":" + bodies.get() + "}"));
        assertThat(runs("child")).hasSize(1);
        assertThat(runs("child").getFirst().payload().text()).isEqualTo("{\"call\":1}");
    }

    @Test
    void threadsMayTriggerInAnyOrderAndWriteMembersInAny() throws InterruptedException {
        calledThrice(context -> {
            boolean turned = bodies.get() % 2 == 0;
            for (String payload : turned
                    ? List.of("{\"b\":1,\"a\":2}", "{\"c\":3}")
                    : List.of("{\"c\":3}", "{\"a\":2,\"b\":1}")) {
                Thread.ofVirtual().start(() -> trigger(context, payload)).join();
            }
        });
        assertThat(runs("child")).hasSize(2);
        assertThat(Set.copyOf(triggered)).hasSize(2);
        assertThat(triggered).hasSize(6);
    }

    @Test
    void whatWasTriggeredIsNotCheckedAgain() throws InterruptedException {
        calledThrice(context -> {
            trigger(context, "1");
            if (bodies.get() == 1) {
                test.errand().remove("child");
            }
        });
        assertThat(triggered).hasSize(3);
    }

    @Test
    void hooksTriggerInEachAttempt() throws InterruptedException {
        Task<String, String> failing = Task.named("failing", String.class, String.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(3))
                .hooks(hooks)
                .run((payload, run) -> {
                    throw new IllegalStateException("on purpose");
                });
        test.errand().put(failing);
        test.finish(test.errand().trigger(failing, ""));
        test.runUntilIdle();
        assertThat(runs("alert")).hasSize(3);
    }

    @Test
    void aQueueThatNobodyDeclaredIsRefusedAndTheNodeWorksOn() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        calledThrice(context -> {
            try {
                context.trigger(child, new Json("1"), TriggerOptions.none().queue("nowhere"));
            } catch (QueueNotFoundException e) {
                refused.incrementAndGet();
            }
            trigger(context, "2");
        });
        assertThat(refused).hasValue(3);
        assertThat(runs("child")).hasSize(1);
    }
}
