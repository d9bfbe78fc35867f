package dev.errand.acceptance;

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
import java.time.Instant;
import java.util.ArrayList;
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

    private final Task<Json, String> child =
            Task.named("child", Json.class, String.class).run((payload, run) -> "");

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
        return calledThrice(hooks, body);
    }

    private Run<String> calledThrice(TaskHooks<@Nullable Object, @Nullable Object> around, Body body)
            throws InterruptedException {
        Task<String, String> parent = Task.named("parent", String.class, String.class)
                .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(2))
                .hooks(around)
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
        assertThat(run).hasSteps("child", "child", "child", "a while", "alert"); // the last by a hook
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
            for (String payload :
                    turned ? List.of("{\"b\":1,\"a\":2}", "{\"c\":3}") : List.of("{\"c\":3}", "{\"a\":2,\"b\":1}")) {
                Thread.ofVirtual().start(() -> trigger(context, payload)).join();
            }
        });
        assertThat(runs("child")).hasSize(2);
        assertThat(Set.copyOf(triggered)).hasSize(2);
        assertThat(triggered).hasSize(6);
    }

    @Test
    void threadsMayTriggerTheSameAtTheSameTime() throws InterruptedException {
        calledThrice(context -> {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String payload = "" + i % 10;
                threads.add(Thread.ofVirtual().unstarted(() -> trigger(context, payload)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        });
        assertThat(triggered).hasSize(60);
        assertThat(Set.copyOf(triggered)).hasSize(20);
        assertThat(runs("child")).extracting(RunInfo::id).containsExactlyInAnyOrderElementsOf(Set.copyOf(triggered));
        for (int i = 0; i < 10; i++) {
            String payload = "" + i;
            assertThat(runs("child"))
                    .filteredOn(run -> run.payload().text().equals(payload))
                    .hasSize(2);
        }
    }

    @Test
    void threadsTriggerWhatOnlyOptionsTellApart() throws InterruptedException {
        Instant start = test.clock().instant();
        calledThrice(context -> {
            List<String> names = bodies.get() % 2 == 0 ? List.of("Ada", "Grace") : List.of("Grace", "Ada");
            for (String name : names) {
                TriggerOptions options = TriggerOptions.none().name(name).at(start.plusSeconds(bodies.get()));
                inAnotherThread(() -> {
                    Run<String> run = context.trigger(child, new Json("1"), options);
                    if (name.equals(run.info().name())) {
                        triggered.add(run.id());
                    }
                });
            }
        });
        assertThat(triggered).as("none was taken for another").hasSize(6);
        assertThat(runs("child")).extracting(RunInfo::name).containsExactlyInAnyOrder("Ada", "Grace");
    }

    @Test
    void runsOfOneTaskAreTriggeredByTheBodysThreadOrByOthers() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        calledThrice(context -> {
            trigger(context, "1");
            inAnotherThread(() -> {
                context.trigger(alert, "another task");
                try {
                    trigger(context, "2");
                } catch (IllegalStateException e) {
                    refused.add(e.getMessage());
                }
            });
        });
        assertThat(refused)
                .hasSize(3)
                .allSatisfy(message -> assertThat(message)
                        .contains("of task child from its body's thread and from others as well", "a parallel stream"));
        assertThat(runs("child")).hasSize(1);
        assertThat(runs("alert")).as("of the body and of its hook").hasSize(2);
    }

    private static void inAnotherThread(Runnable work) throws InterruptedException {
        Thread.ofVirtual().start(work).join();
    }

    @Test
    void aHandleSaysEachTimeWhetherAnEarlierRunAnswered() throws InterruptedException {
        List<Boolean> hits = new CopyOnWriteArrayList<>();
        calledThrice(context -> {
            for (TriggerOptions options : List.of(
                    TriggerOptions.none(),
                    TriggerOptions.none().idempotencyKey("k"),
                    TriggerOptions.none().idempotencyKey("k"))) {
                hits.add(context.trigger(child, new Json("1"), options).isHit());
            }
        });
        assertThat(hits.subList(0, 3)).containsExactly(false, false, true);
        assertThat(hits.subList(3, 6)).as("called again after the sleep").containsExactly(false, false, true);
        assertThat(hits.subList(6, 9)).as("in the next attempt").containsExactly(false, true, true);
        assertThat(runs("child")).hasSize(2);
    }

    @Test
    void whatWasTriggeredIsNotCheckedAgain() throws InterruptedException {
        calledThrice(context -> {
            trigger(context, "1");
            inAnotherThread(() -> context.trigger("alert", "2", TriggerOptions.none()));
            if (bodies.get() == 1) {
                test.errand().remove("child");
                test.errand().remove("alert");
            }
        });
        assertThat(triggered).hasSize(3);
        assertThat(runs("alert")).hasSize(1);
    }

    @Test
    void hooksThatAreCalledWithTheBodyTriggerOnceInEachAttempt() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        calledThrice(
                new TaskHooks<@Nullable Object, @Nullable Object>() {
                    @Override
                    public void middleware(@Nullable Object payload, RunContext run, Next next) throws Exception {
                        calls.incrementAndGet();
                        run.trigger("alert", "by the middleware", TriggerOptions.none());
                        next.proceed();
                    }

                    @Override
                    public @Nullable Object init(@Nullable Object payload, RunContext run) {
                        run.trigger("alert", "by init", TriggerOptions.none());
                        return null;
                    }
                },
                context -> {});
        assertThat(calls).hasValue(3);
        assertThat(runs("alert")).as("two in each of two attempts").hasSize(4);
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
