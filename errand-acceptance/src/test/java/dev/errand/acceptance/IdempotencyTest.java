package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.BatchOptions;
import dev.errand.Debounce;
import dev.errand.IdempotencyKey;
import dev.errand.IdempotencyKey.Scope;
import dev.errand.Json;
import dev.errand.KeyConflictException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Schedule;
import dev.errand.Task;
import dev.errand.TaskNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several triggers with one key are one run. */
class IdempotencyTest {
    private interface Step {
        Run<String> trigger(RunContext run);
    }

    record Order(String item, int count) {}

    private final Set<RunId> bodies = ConcurrentHashMap.newKeySet();
    private final List<Run<String>> children = new CopyOnWriteArrayList<>();
    private volatile Step step = run -> run.trigger(child(), "x", TriggerOptions.none());

    private final Task<String, String> echo = Task.named("echo", String.class, String.class)
            .aliases("parrot")
            .retry(Retry.none())
            .run((payload, run) -> {
                bodies.add(run.id());
                if (payload.equals("fail")) {
                    throw new IllegalStateException("boom");
                }
                return payload;
            });
    private final Task<String, String> other =
            Task.named("other", String.class, String.class).run((payload, run) -> payload);
    private final Task<Order, String> order =
            Task.named("order", Order.class, String.class).run((payload, run) -> payload.item());
    private final Task<String, String> parent = Task.named("parent", String.class, String.class)
            .retry(Retry.fixed(Duration.ZERO))
            .run((payload, run) -> {
                children.add(step.trigger(run));
                if (run.attempt() == 1) {
                    throw new IllegalStateException("again");
                }
                return "done";
            });

    @AutoClose
    private final TestErrand test = TestStore.open(echo, other, order, parent);

    private Task<String, String> child() {
        return echo;
    }

    private static TriggerOptions key(String text) {
        return TriggerOptions.none().idempotencyKey(text);
    }

    private static TriggerOptions key(String text, Scope scope) {
        return TriggerOptions.none().idempotencyKey(IdempotencyKey.of(text).scope(scope));
    }

    private int runs() {
        return test.errand().runs(RunQuery.all()).items().size();
    }

    // ── outside bodies

    @Test
    void theSecondTriggerAnswersWithTheFirstsRun() throws InterruptedException { // cases 87 and 145
        Run<String> first = test.errand().trigger(echo, "x", key("signup"));
        Run<String> second = test.errand().trigger(echo, "x", key("signup"));
        Run<Json> third = test.errand().trigger("PARROT", "x", key("signup"));
        assertThat(first.isHit()).isFalse();
        assertThat(second.isHit()).isTrue();
        assertThat(third.isHit()).isTrue();
        assertThat(List.of(second.id(), third.id())).containsOnly(first.id());
        assertThat(test.errand().run(first.id()).isHit()).isFalse();
        assertThat(test.finish(second)).isCompleted().hasOutput("x");
        assertThat(test.errand().trigger(echo, "x", key("signup")).isHit()).isTrue();
        test.runUntilIdle();
        assertThat(bodies).containsExactly(first.id());
        assertThat(first.info().idempotencyKey()).isEqualTo("signup");
    }

    @Test
    void tasksHaveKeysOfTheirOwn() { // case 146
        Run<String> one = test.errand().trigger(echo, "x", key("k"));
        Run<String> another = test.errand().trigger(other, "x", key("k"));
        assertThat(another.isHit()).isFalse();
        assertThat(another.id()).isNotEqualTo(one.id());
    }

    @Test
    void aKeyIsFreeWhenItsLifeEnds() throws InterruptedException { // case 148
        TriggerOptions minute =
                TriggerOptions.none().idempotencyKey(IdempotencyKey.of("k").life(Duration.ofSeconds(60)));
        RunId first = test.errand().trigger(echo, "x", minute).id();
        test.advance(Duration.ofSeconds(59));
        assertThat(test.errand().trigger(echo, "x", minute).id()).isEqualTo(first);
        test.advance(Duration.ofSeconds(2));
        assertThat(test.errand().trigger(echo, "x", minute).id()).isNotEqualTo(first);
        assertThat(runs()).isEqualTo(2);
    }

    @Test
    void aKeyIsHeldForAMonthUnlessItSaysOtherwise() throws InterruptedException {
        RunId first = test.errand()
                .trigger(other, "x", key("k").after(Duration.ofDays(31)))
                .id();
        test.advance(Duration.ofDays(30).minusSeconds(1));
        assertThat(test.errand().trigger(other, "x", key("k")).id()).isEqualTo(first);
        test.advance(Duration.ofSeconds(1));
        assertThat(test.errand().trigger(other, "x", key("k")).isHit()).isFalse();
    }

    @Test
    void whatFailedMayBeTriggeredAgain() throws InterruptedException {
        Run<String> failed = test.finish(test.errand().trigger(echo, "fail", key("k")));
        assertThat(failed).hasState(RunState.FAILED);
        Run<String> again = test.errand().trigger(echo, "x", key("k"));
        assertThat(again.isHit()).isFalse();
        assertThat(again.id()).isNotEqualTo(failed.id());
        assertThat(test.finish(again)).isCompleted();
    }

    @Test
    void whatWasCanceledKeepsItsKey() {
        Run<String> run = test.errand().trigger(echo, "x", key("k").after(Duration.ofHours(1)));
        run.cancel();
        assertThat(test.errand().trigger(echo, "x", key("k")).id()).isEqualTo(run.id());
    }

    @Test
    void aResetFreesAKey() {
        Run<String> first = test.errand().trigger(echo, "x", key("k"));
        assertThat(test.errand().resetKey("Parrot", "k")).isTrue();
        assertThat(test.errand().resetKey("echo", "k")).isFalse();
        assertThat(test.errand().trigger(echo, "x", key("k")).id()).isNotEqualTo(first.id());
        assertThatThrownBy(() -> test.errand().resetKey("ecco", "k"))
                .isInstanceOf(TaskNotFoundException.class)
                .hasMessageContaining("echo");
    }

    @Test
    void aReplayHasNoKey() throws InterruptedException {
        Run<String> first = test.finish(test.errand().trigger(echo, "x", key("k")));
        Run<String> replay = first.replay();
        assertThat(replay.info().idempotencyKey()).isNull();
        assertThat(test.errand().trigger(echo, "x", key("k")).id()).isEqualTo(first.id());
    }

    @Test
    void aStrictKeyRefusesAnotherPayload() { // case 89, D6
        TriggerOptions strict =
                TriggerOptions.none().idempotencyKey(IdempotencyKey.of("k").strict());
        Run<String> first = test.errand().trigger(order, new Order("tea", 2), strict);
        assertThat(test.errand().trigger(order, new Order("tea", 2), strict).id())
                .isEqualTo(first.id());
        Run<Json> reordered = test.errand().trigger("order", new Json("{\"count\": 2,\"item\":\"tea\"}"), strict);
        assertThat(reordered.id()).isEqualTo(first.id());
        assertThatThrownBy(() -> test.errand().trigger(order, new Order("tea", 3), strict))
                .isInstanceOf(KeyConflictException.class)
                .hasMessageContaining(first.id().toString());
        assertThat(runs()).isEqualTo(1);
        assertThat(test.errand().trigger(order, new Order("tea", 3), key("k")).isHit())
                .isTrue();
    }

    @Test
    void manyTriggersHaveKeysOfTheirOwn() {
        Run<String> held = test.errand().trigger(echo, "b", key("b"));
        List<Run<Json>> all = test.errand()
                .triggerAll(List.of(
                        new TriggerRequest("echo", "a", key("a")),
                        new TriggerRequest("echo", "b", key("b")),
                        TriggerRequest.of("echo", "c"),
                        new TriggerRequest("echo", "a", key("a"))));
        assertThat(all).extracting(Run::isHit).containsExactly(false, true, false, true);
        assertThat(all.get(1).id()).isEqualTo(held.id());
        assertThat(all.get(3).id()).isEqualTo(all.getFirst().id());
        assertThat(all.get(2).info().payload()).isEqualTo(new Json("\"c\""));
        assertThat(runs()).isEqualTo(3);
    }

    @Test
    void oneKeyForManyPayloadsIsRefused() {
        assertThatThrownBy(() -> test.errand().triggerAll(echo, List.of("a", "b"), key("k")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a TriggerRequest with a key of its own");
        assertThat(runs()).isZero();
    }

    @Test
    void aBatchTakesNoKeys() {
        List<TriggerRequest> requests = List.of(new TriggerRequest("echo", "a", key("k")));
        assertThatThrownBy(() -> test.errand().triggerBatch(requests, BatchOptions.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use triggerAll for runs with keys");
        assertThat(runs()).isZero();
    }

    @Test
    void sixtyFourThreadsThatTriggerAtOnceGetOneRun() throws Exception {
        List<Future<Run<String>>> answers;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = Stream.generate(() -> threads.submit(() -> test.errand().trigger(echo, "x", key("k"))))
                    .limit(64)
                    .toList();
        }
        int hits = 0;
        for (Future<Run<String>> answer : answers) {
            assertThat(answer.get().id()).isEqualTo(answers.getFirst().get().id());
            hits += answer.get().isHit() ? 1 : 0;
        }
        assertThat(hits).isEqualTo(63);
        test.runUntilIdle();
        assertThat(bodies).hasSize(1);
    }

    // ── inside bodies

    @ParameterizedTest
    @CsvSource({"RUN, 1", "ATTEMPT, 2", "GLOBAL, 1", ", 1"})
    void aParentThatIsRetriedTriggersAsOftenAsTheScopeSays(Scope scope, int expected) // case 147
            throws InterruptedException {
        step = run -> run.trigger(child(), "x", scope == null ? key("k") : key("k", scope));
        assertThat(test.finish(test.errand().trigger(parent, ""))).isCompleted().hasAttempts(2);
        assertThat(children).hasSize(2);
        assertThat(children.stream().map(Run::id).distinct()).hasSize(expected);
        assertThat(children).extracting(Run::isHit).containsExactly(false, expected == 1);
        assertThat(test.errand().runs(RunQuery.all().tasks("echo")).items()).hasSize(expected);
    }

    @ParameterizedTest
    @CsvSource({"RUN, 2", "GLOBAL, 1"})
    void parentsShareAKeyIfItIsGlobal(Scope scope, int expected) throws InterruptedException {
        step = run -> run.trigger(child(), "x", key("k", scope));
        test.finish(test.errand().trigger(parent, "1"));
        test.finish(test.errand().trigger(parent, "2"));
        assertThat(children.stream().map(Run::id).distinct()).hasSize(expected);
        boolean held = test.errand().trigger(echo, "x", key("k")).isHit();
        assertThat(held).isEqualTo(scope == Scope.GLOBAL);
    }

    @Test
    void aBodyThatTriggersThroughTheEngineIsAParentToo() throws InterruptedException {
        step = run -> test.errand().trigger(child(), "x", key("k"));
        Run<String> run = test.finish(test.errand().trigger(parent, ""));
        assertThat(children.getFirst().info().parent()).isEqualTo(run.id());
        assertThat(children.stream().map(Run::id).distinct()).hasSize(1);
    }

    // ── bad input

    @ParameterizedTest
    @ValueSource(ints = {0, 2_049})
    void aKeyThatIsEmptyOrTooLongIsRefused(int length) {
        assertThatThrownBy(() -> key("k".repeat(length)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 2,048 characters, this one");
    }

    @Test
    void theLongestKeyOfTheWidestCharactersIsAKey() throws InterruptedException {
        String wide = "𝄞".repeat(1_023) + "\0\"";
        Run<String> run = test.errand().trigger(echo, "x", key(wide));
        assertThat(test.errand().trigger(echo, "x", key(wide)).id()).isEqualTo(run.id());
        RunInfo info = test.finish(run).info();
        assertThat(info.idempotencyKey()).isEqualTo(wide);
    }

    @Test
    void aScheduleTakesNoKeys() {
        Debounce pause = Debounce.of("d", Duration.ofSeconds(5));
        for (TriggerOptions options : List.of(key("k"), TriggerOptions.none().debounce(pause))) {
            assertThatThrownBy(() -> Schedule.cron("@hourly").options(options))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a run of its own");
        }
    }

    @Test
    void aLifeOfNothingIsRefused() {
        assertThatThrownBy(() -> IdempotencyKey.of("k").life(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is zero");
    }

    @Test
    void aPayloadThatDoesNotFitTakesNoKey() {
        assertThatThrownBy(() -> test.errand().trigger("order", Map.of("count", "many"), key("k")))
                .hasMessageContaining("count");
        assertThat(test.errand().trigger(order, new Order("tea", 1), key("k")).isHit())
                .isFalse();
    }
}
