package dev.errand.server.wire;

import dev.errand.Failure;
import dev.errand.RunInfo;
import dev.errand.server.call.Members;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a run ended otherwise than well, as clients make an error of it: of a program's error, of text, or of a code that they know. */
public final class TaskError {
    private TaskError() {}

    /** Null unless it ended so. */
    public static @Nullable Map<String, @Nullable Object> of(RunInfo run) {
        return switch (WireStatus.of(run)) {
            case FAILED -> failed(run);
            case CANCELED -> known("TASK_RUN_CANCELLED", run);
            case TIMED_OUT -> known("MAX_DURATION_EXCEEDED", run);
            case CRASHED -> known("TASK_RUN_CRASHED", run);
            case EXPIRED ->
                Members.of("type", "STRING_ERROR").put("raw", reason(run)).map();
            case SYSTEM_FAILURE -> known("UNSPECIFIED_ERROR", run);
            case PENDING_VERSION, DELAYED, QUEUED, DEQUEUED, EXECUTING, WAITING, COMPLETED -> null;
        };
    }

    /** All of it has to be there. */
    private static Map<String, @Nullable Object> failed(RunInfo run) {
        Failure failure = run.failure();
        return failure == null
                ? known("UNSPECIFIED_ERROR", run)
                : Members.of("type", "BUILT_IN_ERROR")
                        .put("name", failure.type())
                        .put("message", failure.message())
                        .put("stackTrace", failure.stack())
                        .map();
    }

    private static Map<String, @Nullable Object> known(String code, RunInfo run) {
        return Members.of("type", "INTERNAL_ERROR")
                .put("code", code)
                .put("message", reason(run))
                .map();
    }

    private static String reason(RunInfo run) {
        String reason = run.reason();
        return reason == null ? "" : reason;
    }
}
