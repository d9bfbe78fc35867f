package dev.errand.store;

import dev.errand.RunId;
import dev.errand.TimeoutFrom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger said that few triggers say; kept with the run. Null leaves it to the task.
 *
 * @param metadata a JSON object to start with; null for none
 * @param replayOf the run it repeats; null for none
 */
public record RunOptions(
        @Nullable Duration timeout,
        @Nullable TimeoutFrom timeoutFrom,
        @Nullable Integer maxAttempts,
        @Nullable String metadata,
        @Nullable RunId replayOf) {

    public static final RunOptions NONE = new RunOptions(null, null, null, null, null);
}
