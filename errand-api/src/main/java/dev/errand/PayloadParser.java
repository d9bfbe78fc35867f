package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * Makes a payload of its JSON, in place of what is usual for its type. Called at each trigger, to check, and before each attempt; any
 * thread.
 *
 * @param <P> the payload's type
 */
@FunctionalInterface
public interface PayloadParser<P extends @Nullable Object> {
    /**
     * Parses a payload, which fits the task's schema if that was written by hand.
     *
     * @throws InvalidPayloadException to say where in the payload something is wrong
     * @throws Exception to say that it does not fit; the message is kept
     */
    P parse(Json payload) throws Exception;
}
