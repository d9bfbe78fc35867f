package dev.errand.server.wire;

import dev.errand.Durations;
import dev.errand.Errand;
import dev.errand.Failure;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.server.call.Members;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a run reads. */
public final class RunMembers {
    private record Environment(String id, String name) {}

    /** The name of the only one there is. */
    public static final String ENVIRONMENT = "dev";

    private final Errand errand;

    public RunMembers(Errand errand) {
        this.errand = errand;
    }

    /** Everything. */
    public Map<String, @Nullable Object> all(RunInfo run) {
        return all(run, other -> true);
    }

    /** @param mayRead of the runs around it those that are told too */
    public Map<String, @Nullable Object> all(RunInfo run, Predicate<RunInfo> mayRead) {
        return common(run)
                .put("attemptCount", run.attempt())
                .put("schedule", RunSchedule.of(errand, run.schedule()))
                .put("relatedRuns", related(RelatedRuns.of(errand, run, mayRead)))
                .put("payload", run.payload().isNull() ? null : run.payload())
                .put("output", run.state() == RunState.COMPLETED ? run.output() : null)
                .put("error", error(run))
                .map();
    }

    /** As in a list. */
    public Map<String, @Nullable Object> listed(RunInfo run) {
        return common(run).put("env", new Environment(ENVIRONMENT, ENVIRONMENT)).map();
    }

    private Map<String, @Nullable Object> related(RelatedRuns runs) {
        List<Map<String, @Nullable Object>> children =
                runs.children().stream().map(child -> common(child).map()).toList();
        return Members.of(
                        "root", runs.root() == null ? null : common(runs.root()).map())
                .put(
                        "parent",
                        runs.parent() == null ? null : common(runs.parent()).map())
                .put("children", children.isEmpty() ? null : children)
                .map();
    }

    private Members common(RunInfo run) {
        WireStatus status = WireStatus.of(run);
        return Members.of("id", run.id().toString())
                .put("status", status)
                .put("taskIdentifier", run.task())
                .put("idempotencyKey", run.keyText() == null ? run.idempotencyKey() : run.keyText())
                .put("version", run.version())
                .put("isQueued", status.isQueued())
                .put("isExecuting", status.isExecuting())
                .put("isWaiting", status == WireStatus.WAITING)
                .put("isCompleted", status.isCompleted())
                .put("isSuccess", status == WireStatus.COMPLETED)
                .put("isFailed", status.isFailed())
                .put("isCancelled", status == WireStatus.CANCELED)
                .put("isTest", run.test())
                .put("createdAt", run.createdAt())
                .put("updatedAt", run.updatedAt())
                .put("startedAt", run.startedAt())
                .put("finishedAt", run.endedAt())
                .put("delayedUntil", status == WireStatus.DELAYED ? run.dueAt() : null)
                .put("ttl", ttl(run.ttl()))
                .put("expiredAt", status == WireStatus.EXPIRED ? run.endedAt() : null)
                .put("tags", run.tags())
                .put("metadata", run.metadata().isEmpty() ? null : run.metadata())
                .put("costInCents", 0)
                .put("baseCostInCents", 0)
                .put("durationMs", duration(run).toMillis())
                .put("depth", depth(run))
                .put("batchId", run.batch() == null ? null : run.batch().toString())
                .put("triggerFunction", run.batch() == null ? "trigger" : "batchTrigger");
    }

    /** What waits for as long as it takes has none. */
    private static @Nullable String ttl(@Nullable Duration ttl) {
        return ttl == null || ttl.isZero() ? null : Durations.print(ttl);
    }

    /** From its first start to its end, or until now. */
    public Duration duration(RunInfo run) {
        Instant started = run.startedAt();
        Instant ended = run.endedAt();
        if (started == null) {
            return Duration.ZERO;
        }
        return Duration.between(started, ended == null ? errand.now() : ended);
    }

    private static @Nullable Map<String, @Nullable Object> error(RunInfo run) {
        Failure failure = run.failure();
        if (run.state() == RunState.FAILED && failure != null) {
            return Members.of("message", failure.message())
                    .put("name", failure.type())
                    .put("stackTrace", failure.stack().isEmpty() ? null : failure.stack())
                    .put("causes", Causes.of(failure.stack()))
                    .map();
        }
        boolean failed = run.state().isTerminal() && run.state() != RunState.COMPLETED;
        return failed ? Members.of("message", String.valueOf(run.reason())).map() : null;
    }

    /** Where nobody has kept it, below one run. */
    private static int depth(RunInfo run) {
        Integer depth = run.depth();
        return depth == null ? 1 : depth;
    }
}
