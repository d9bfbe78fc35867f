package dev.errand.testkit;

import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.Run;
import dev.errand.RunInfo;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Step;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Assertions about a run as the store has it now; only {@link #endsWithin} waits. What fails says how the run stands.
 *
 * @param <O> the output's type
 */
public final class RunAssert<O extends @Nullable Object> extends AbstractAssert<RunAssert<O>, Run<O>> {
    private static final JsonMapper JSON = new JsonMapper();

    RunAssert(Run<O> run) {
        super(run, RunAssert.class);
    }

    /** Waits for the end, at most so long by the wall clock. */
    public RunAssert<O> endsWithin(Duration deadline) throws InterruptedException {
        if (run().result(deadline) instanceof RunResult.Unfinished<O>) {
            throw unlike("to end within " + deadline.toMillis() + " ms");
        }
        return this;
    }

    public RunAssert<O> hasState(RunState state) {
        return check(run().state() == state, "to be " + state);
    }

    public RunAssert<O> isCompleted() {
        return hasState(RunState.COMPLETED);
    }

    /** It ended in any way but well; {@code hasState(FAILED)} tells that one way. */
    public RunAssert<O> isFailed() {
        return check(run().isFailed(), "to have ended unsuccessfully");
    }

    /** It completed with this output, compared by equals. */
    public RunAssert<O> hasOutput(O expected) throws InterruptedException {
        RunResult<O> result = run().result(Duration.ZERO);
        boolean same = result instanceof RunResult.Completed<O>(var id, var output) && Objects.equals(output, expected);
        return check(same, "to have the output " + expected);
    }

    public RunAssert<O> hasFailure(FailureKind kind) {
        Failure failure = failure("a failure of kind " + kind);
        return check(failure.kind() == kind, "to have a failure of kind " + kind);
    }

    public RunAssert<O> hasFailure(FailureKind kind, String message) {
        return hasFailure(kind).hasFailureMessage(message);
    }

    /** Its failure was this exception, itself and not a subtype. */
    public RunAssert<O> hasFailure(Class<? extends Throwable> type) {
        Failure failure = failure("a failure of type " + type.getName());
        return check(failure.type().equals(type.getName()), "to have a failure of type " + type.getName());
    }

    /** What the failure said contains this. */
    public RunAssert<O> hasFailureMessage(String part) {
        Failure failure = failure("a failure that says '" + part + "'");
        return check(failure.message().contains(part), "to have a failure that says '" + part + "'");
    }

    private Failure failure(String expected) {
        Failure failure = run().info().failure();
        if (failure == null) {
            throw unlike("to have " + expected);
        }
        return failure;
    }

    /** Why it ended unsuccessfully contains this. */
    public RunAssert<O> hasReason(String part) {
        String reason = run().info().reason();
        return check(reason != null && reason.contains(part), "to have ended because '" + part + "'");
    }

    public RunAssert<O> hasAttempts(int count) {
        return check(run().attempts().size() == count, "to have had " + count + " attempts");
    }

    /** Exactly these of its steps are kept, by name, in the order in which they began; those of all attempts. */
    public RunAssert<O> hasSteps(String... names) {
        List<String> kept = run().steps().stream().map(Step::name).toList();
        return check(kept.equals(List.of(names)), "to have the steps " + List.of(names) + ", not " + kept);
    }

    /** The latest attempt emitted exactly these, in order; compared as JSON. */
    public RunAssert<O> hasEmitted(Object... items) {
        List<JsonNode> expected = Arrays.stream(items).map(RunAssert::tree).toList();
        List<JsonNode> emitted =
                run().emitted().stream().map(item -> JSON.readTree(item.text())).toList();
        return check(emitted.equals(expected), "to have emitted " + expected + ", not " + emitted);
    }

    private static JsonNode tree(Object item) {
        return JSON.readTree(item instanceof Json json ? json.text() : JSON.writeValueAsString(item));
    }

    /** A line of its log contains this. */
    public RunAssert<O> hasLogged(String part) {
        boolean found = run().log().stream().anyMatch(line -> line.message().contains(part));
        return check(found, "to have logged '" + part + "'");
    }

    public RunAssert<O> hasProgress(long done, long total) {
        Progress progress = run().progress().orElse(null);
        return check(
                new Progress(done, total).equals(progress),
                "to have come to %d of %d, not %s".formatted(done, total, progress));
    }

    public RunAssert<O> hasMetadata(String key, Object value) {
        Object found = run().info().metadata().get(key);
        boolean same = found != null && tree(found).equals(tree(value));
        return check(same, "to have the metadata %s = %s, not %s".formatted(key, value, found));
    }

    private Run<O> run() {
        isNotNull();
        return actual;
    }

    private RunAssert<O> check(boolean holds, String expected) {
        if (!holds) {
            throw unlike(expected);
        }
        return this;
    }

    private AssertionError unlike(String expected) {
        return failure("Expected %s %s.%n%s", run().id(), expected, story(run()));
    }

    private static String story(Run<?> run) {
        RunInfo info = run.info();
        Failure failure = info.failure();
        List<LogLine> log = run.log();
        String end = log.subList(Math.max(0, log.size() - 5), log.size()).stream()
                .map(line -> "%n  %s %s".formatted(line.level(), line.message()))
                .collect(Collectors.joining());
        return "Task %s is %s after attempt %d, output %s, failure %s, reason %s; its log ends: %s"
                .formatted(
                        info.task(),
                        info.state(),
                        info.attempt(),
                        info.output(),
                        failure == null ? "none" : failure.kind() + " " + failure.summary(),
                        info.reason(),
                        end.isEmpty() ? "(empty)" : end);
    }
}
