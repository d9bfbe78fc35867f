package dev.errand.server.runs;

import dev.errand.Errand;
import dev.errand.Failure;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunState;
import dev.errand.server.call.Members;
import dev.errand.server.wire.WireStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a run reads. One for each answer, since it remembers how deep runs lie that it has looked up. */
final class RunMembers {
    private static final int DEEPEST = 1_000;

    private record Environment(String id, String name) {}

    private static final Environment ENVIRONMENT = new Environment("dev", "dev");

    private final Errand errand;
    private final Map<RunId, Integer> depths = new HashMap<>();

    RunMembers(Errand errand) {
        this.errand = errand;
    }

    /** Everything. */
    Map<String, Object> all(RunInfo run) {
        return common(run)
                .put("attemptCount", run.attempt())
                .put("relatedRuns", Map.of())
                .put("payload", run.payload().isNull() ? null : run.payload())
                .put("output", run.state() == RunState.COMPLETED ? run.output() : null)
                .put("error", error(run))
                .map();
    }

    /** As in a list. */
    Map<String, Object> listed(RunInfo run) {
        return common(run).put("env", ENVIRONMENT).map();
    }

    private Members common(RunInfo run) {
        WireStatus status = WireStatus.of(run);
        return Members.of("id", run.id().toString())
                .put("status", status)
                .put("taskIdentifier", run.task())
                .put("idempotencyKey", run.idempotencyKey())
                .put("version", run.version())
                .put("isQueued", status.isQueued())
                .put("isExecuting", status.isExecuting())
                .put("isWaiting", status == WireStatus.WAITING)
                .put("isCompleted", status.isCompleted())
                .put("isSuccess", status == WireStatus.COMPLETED)
                .put("isFailed", status.isFailed())
                .put("isCancelled", status == WireStatus.CANCELED)
                .put("isTest", false)
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

    private static @Nullable Map<String, Object> error(RunInfo run) {
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

    /** How many runs are above it. Of those it is below it keeps only the first and the last. */
    private int depth(RunInfo run) {
        RunId parent = run.parent();
        if (parent == null) {
            return 0;
        }
        return parent.equals(run.root()) ? 1 : 1 + depthOf(parent);
    }

    private int depthOf(RunId run) {
        Integer known = depths.get(run);
        if (known == null) {
            known = depths.size() < DEEPEST ? lookedUp(run) : 0;
            depths.put(run, known);
        }
        return known;
    }

    private int lookedUp(RunId run) {
        try {
            return depth(errand.run(run).info());
        } catch (RunNotFoundException deleted) {
            return 0;
        }
    }
}
