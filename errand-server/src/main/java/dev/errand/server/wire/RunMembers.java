package dev.errand.server.wire;

import dev.errand.Errand;
import dev.errand.Failure;
import dev.errand.RunInfo;
import dev.errand.RunState;
import dev.errand.server.call.Members;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a run reads. */
public final class RunMembers {
    private record Environment(String id, String name) {}

    private static final Environment ENVIRONMENT = new Environment("dev", "dev");

    private final Errand errand;

    public RunMembers(Errand errand) {
        this.errand = errand;
    }

    /** Everything. */
    public Map<String, @Nullable Object> all(RunInfo run) {
        return common(run)
                .put("attemptCount", run.attempt())
                .put("relatedRuns", Map.of())
                .put("payload", run.payload().isNull() ? null : run.payload())
                .put("output", run.state() == RunState.COMPLETED ? run.output() : null)
                .put("error", error(run))
                .map();
    }

    /** As in a list. */
    public Map<String, @Nullable Object> listed(RunInfo run) {
        return common(run).put("env", ENVIRONMENT).map();
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
                .put("updatedAt", updatedAt(run))
                .put("startedAt", run.startedAt())
                .put("finishedAt", run.endedAt())
                .put("delayedUntil", status == WireStatus.DELAYED ? run.dueAt() : null)
                .put("expiredAt", status == WireStatus.EXPIRED ? run.endedAt() : null)
                .put("tags", run.tags())
                .put("metadata", run.metadata().isEmpty() ? null : run.metadata())
                .put("costInCents", 0)
                .put("baseCostInCents", 0)
                .put("durationMs", duration(run).toMillis())
                .put("depth", depth(run))
                .put("triggerFunction", "trigger");
    }

    private static Instant updatedAt(RunInfo run) {
        Instant ended = run.endedAt();
        Instant started = run.startedAt();
        return ended != null ? ended : started != null ? started : run.createdAt();
    }

    private Duration duration(RunInfo run) {
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
