package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TaskBody;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class OutputTest {
    record Report(List<Integer> counts, Instant at) {}

    @AutoClose
    private final TestErrand test = TestStore.open(settings -> settings.maxOutput(1_000));

    private <O> Task<String, O> task(Class<O> output, TaskBody<String, O> body) {
        Task<String, O> task = Task.named("task", String.class, output).run(body);
        test.errand().put(task);
        return task;
    }

    private <O> Run<O> run(Class<O> output, TaskBody<String, O> body) throws InterruptedException {
        return test.finish(test.errand().trigger(task(output, body), ""));
    }

    @Test
    void severalItemsAreConsumedAsAList() throws InterruptedException { // case 15
        Run<?> run = run(Map.class, (payload, context) -> {
            context.emit("a");
            context.emit(4);
            return Map.of("v", 1);
        });
        assertThat(run).isCompleted().hasEmitted("a", 4);
        assertThat(run.consume(SOON)).isEqualTo(List.of("a", 4, Map.of("v", 1)));
    }

    @Test
    void nothingIsConsumedAsNull() throws InterruptedException { // case 16
        assertThat(run(String.class, (payload, context) -> null).consume(SOON)).isNull();
    }

    @Test
    void oneItemIsConsumedAsItself() throws InterruptedException { // case 17
        assertThat(run(Integer.class, (payload, context) -> 7).consume(SOON)).isEqualTo(7);
    }

    @Test
    void aConsumedRunIsGone() throws InterruptedException { // case 18
        run(Integer.class, (payload, context) -> 7).consume(SOON);
        assertThat(test.errand().runs(RunQuery.all().onlyActive()).items()).isEmpty();
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void triggerAndWaitAnswersTheOutputAndDisposesOfTheRun() throws InterruptedException { // case 20
        Task<String, Integer> five = task(Integer.class, (payload, run) -> 5);
        assertThat(test.errand().triggerAndWait(five, "", SOON)).isEqualTo(5);
        assertThat(test.errand().runs(RunQuery.all()).items()).isEmpty();
    }

    @Test
    void theStoredOutputIsWhatWasReturned() throws InterruptedException { // case 115
        Run<?> run = run(Map.class, (payload, context) -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("a", 1);
            map.put("b", null);
            map.put("c", List.of(1, 2));
            return map;
        });
        assertThat(run.info().output()).isEqualTo(new Json("{\"a\":1,\"b\":null,\"c\":[1,2]}"));
    }

    @Test
    void anOutputComesBackAsItsType() throws InterruptedException {
        Report report = new Report(List.of(1, 2, 3), Instant.parse("2026-01-01T12:00:00.5Z"));
        Run<Report> run = run(Report.class, (payload, context) -> report);
        assertThat(run).isCompleted().hasOutput(report);
        assertThat(test.errand().run(run.id()).await(SOON))
                .isEqualTo(new Json("{\"counts\":[1,2,3],\"at\":\"2026-01-01T12:00:00.500Z\"}"));
    }

    @Test
    void genericOutputsComeBackAsTheirType() throws InterruptedException {
        Task<String, List<Report>> reports = Task.named(
                        "reports", new TypeRef<String>() {}, new TypeRef<List<Report>>() {})
                .run((payload, run) -> List.of(new Report(List.of(), Instant.EPOCH)));
        test.errand().add(reports);
        assertThat(test.run(reports, "")).containsExactly(new Report(List.of(), Instant.EPOCH));
    }

    @Test
    void rawJsonPassesThroughAsItIs() throws InterruptedException {
        Task<Json, Json> echo = Task.named("echo", Json.class, Json.class).run((payload, run) -> payload);
        test.errand().add(echo);
        Json odd = new Json("{\"b\": 1.50, \"a\": [null, \"ü\"]}");
        assertThat(test.run(echo, odd)).isEqualTo(odd);
    }

    @Test
    void anOutputThatIsNoJsonFailsTheRunForGood() throws InterruptedException {
        Run<Json> run = run(Json.class, (payload, context) -> new Json("{not json"));
        assertThat(run).isFailed().hasFailure(FailureKind.UNSERIALIZABLE).hasAttempts(1);
    }

    @Test
    void anOutputThatRefersToItselfFailsTheRunForGood() throws InterruptedException {
        Run<?> run = run(List.class, (payload, context) -> {
            List<Object> ring = new ArrayList<>();
            ring.add(ring);
            return ring;
        });
        assertThat(run).isFailed().hasFailure(FailureKind.UNSERIALIZABLE).hasAttempts(1);
    }

    /** What its getter throws is up to the test. */
    record Thrower(Throwable thrown) {
        public String getName() throws Throwable {
            if (thrown != null) {
                throw thrown;
            }
            return "";
        }
    }

    @Test
    void anOutputWhoseGetterThrowsFailsTheRunForGood() throws InterruptedException {
        for (Throwable thrown : List.of(new IllegalStateException("getter"), new AssertionError("getter"))) {
            Run<Thrower> run = run(Thrower.class, (payload, context) -> new Thrower(thrown));
            assertThat(run).isFailed().hasFailure(FailureKind.UNSERIALIZABLE).hasAttempts(1);
        }
    }

    @Test
    void anOutputAboveTheLimitFailsTheRunForGood() throws InterruptedException {
        assertThat(run(String.class, (payload, context) -> "x".repeat(2_000)))
                .isFailed()
                .hasFailure(FailureKind.UNSERIALIZABLE, "at most 1,000")
                .hasAttempts(1);
    }

    @Test
    void emittedItemsCountAgainstTheLimit() throws InterruptedException {
        assertThat(run(String.class, (payload, context) -> {
                    context.emit("x".repeat(600));
                    return "x".repeat(600);
                }))
                .isFailed()
                .hasFailure(FailureKind.UNSERIALIZABLE)
                .hasEmitted("x".repeat(600));
    }

    @Test
    void emittingBeyondTheLimitThrowsInTheBody() throws InterruptedException {
        Run<String> run = run(String.class, (payload, context) -> {
            context.emit("x".repeat(600));
            try {
                context.emit("x".repeat(600));
                return "emitted";
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        });
        assertThat(run).isCompleted().hasEmitted("x".repeat(600));
        assertThat(run.await(SOON)).contains("at most 1,000");
    }

    @Test
    void onlyTheLatestAttemptsItemsAreItsOutput() throws InterruptedException {
        Run<Integer> run = run(Integer.class, (payload, context) -> {
            context.emit("attempt " + context.attempt());
            if (context.attempt() == 1) {
                throw new IllegalStateException("again");
            }
            return context.attempt();
        });
        assertThat(run).isCompleted().hasEmitted("attempt 2").hasOutput(2);
    }
}
