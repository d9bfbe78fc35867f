package dev.errand.engine.record;

import dev.errand.Failure;
import dev.errand.RetryDecision;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of trying a claimed run, before anybody decides what that means for the run. */
public sealed interface Outcome {
    /** The body returned; the output is JSON in UTF-8. */
    record Returned(byte[] output) implements Outcome {}

    /** The attempt failed. The decision is what the task's rules say about this error; Proceed where none does. */
    record Threw(Failure failure, RetryDecision decision) implements Outcome {}

    /** Somebody asked it to stop, and it did, or its grace is over. */
    record Stopped(String reason) implements Outcome {}

    /** It took longer than it may. */
    record Overran(Duration limit) implements Outcome {}

    /** The time to start it has passed. */
    record Expired(String reason) implements Outcome {}

    /** Its process died with it this often, which is more than its task allows. */
    record DiedTooOften(int redeliveries) implements Outcome {}

    /** The child process that executed its body died with it. */
    record Died() implements Outcome {}

    /**
     * The child process that executed its body needed more memory than its machine has.
     *
     * @param larger whether another attempt is to be made, on a larger machine
     */
    record OutOfMemory(Failure failure, boolean larger) implements Outcome {}

    /**
     * The body waits until then, or until what it awaits has happened, and goes on.
     *
     * @param key of what it waits for
     * @param until null for no limit
     * @param steps to be journaled with that
     */
    record Waits(String key, @Nullable Instant until, List<StepEntry> steps, Report.@Nullable Awaits awaits)
            implements Outcome {}

    /** Not started, or interrupted by a shutdown: nobody's fault, and no attempt spent. */
    record GivenBack() implements Outcome {}
}
