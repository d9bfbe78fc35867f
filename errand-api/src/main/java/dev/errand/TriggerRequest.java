package dev.errand;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of many triggers that share a commit, see {@link TaskTrigger#triggerAll(java.util.List)}.
 *
 * @param task the task's id or alias
 * @param payload the payload: a value of the task's type, or {@link Json}; null for none
 */
public record TriggerRequest(String task, @Nullable Object payload, TriggerOptions options) {
    public TriggerRequest {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(options, "options");
    }

    public static TriggerRequest of(String task, @Nullable Object payload) {
        return new TriggerRequest(task, payload, TriggerOptions.none());
    }
}
