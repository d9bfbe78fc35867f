package dev.errand;

import org.jspecify.annotations.Nullable;

/**
 * A listener of this engine, as it stands.
 *
 * @param number counts the subscriptions of this engine, from 1
 * @param filter what it hears of
 * @param calls how often it was called, failures included
 * @param failures how many of these calls threw something
 * @param lastFailure what the last of these threw; null if none did
 * @param waiting how many events lie in memory for it, at most some thousands
 * @param behind whether it handles events more slowly than they come, so that it reads them from the log at its own pace
 */
public record ListenerInfo(
        long number,
        EventFilter filter,
        long calls,
        long failures,
        @Nullable Failure lastFailure,
        int waiting,
        boolean behind) {}
