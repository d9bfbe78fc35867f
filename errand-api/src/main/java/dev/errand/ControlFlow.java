package dev.errand;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a body goes on other than from one line to the next: again and again, or several ways at once. A part of {@link RunContext}. */
public interface ControlFlow {
    /** As {@link #loop(String, Duration, LoopBody)}, without an interval: one iteration follows the other at once. */
    default <T extends @Nullable Object, X extends Exception> T loop(String name, LoopBody<T, X> body)
            throws X, InterruptedException {
        return loop(name, Duration.ZERO, body);
    }

    /**
     * Does something again and again until it is done, and remembers how often it was. How many iterations have finished is on the disk
     * before the next begins; a later attempt, or the same after a wait, goes on with the iteration that had not finished, from its
     * beginning.
     *
     * <pre>{@code
     * String place = run.loop("track", Duration.ofMinutes(10), iteration -> {
     *     Status status = run.step("ask", Status.class, () -> courier.status(parcel));
     *     return status.delivered() ? LoopAnswer.done(status.place()) : LoopAnswer.again();
     * });
     * }</pre>
     *
     * <p>Steps, sleeps, children and what else is kept belong to their iteration: each calls them anew, and when the next has begun, what was
     * kept of it is given up, so that a run may loop for years. {@link StepOptions#oncePerRun()} makes a step one of the whole run.
     *
     * <p>Between iterations the run waits as in {@link RunContext#sleep}, without thread, slot and permit, if the interval is more than 0. An
     * iteration waits for what it likes besides.
     *
     * <p>The last iteration is not kept as finished: an attempt that follows, or a body that goes on after a later wait, makes it again, its
     * steps answering with what is kept.
     *
     * @param name 1 to 256 characters
     * @param interval from the end of an iteration to the beginning of the next; at most 36,500 days
     * @return what the last iteration answered
     * @throws AbortException if it is the second loop of the run, inside the first or after it: nobody could tell which iterations are
     *     whose. It ends the run
     * @throws IllegalStateException if the body cannot wait here, see {@link RunContext#sleep}; without an interval a lock is no obstacle
     * @throws ClaimLostException if the run is no longer this attempt's
     * @throws InterruptedException if the thread was interrupted between iterations
     */
    <T extends @Nullable Object, X extends Exception> T loop(String name, Duration interval, LoopBody<T, X> body)
            throws X, InterruptedException;

    /**
     * Goes several ways at the same time, each on a thread of its own, virtual unless the task asks for another kind, and returns when all
     * have come to their ends. What each came to is kept as a step is, so that a branch that is done is not called again.
     *
     * <p>In a branch all is as in the body: it has steps, sleeps, children, tokens, and branches of its own. Steps are told from those of other
     * branches by the name of theirs, so that it does not matter which comes first. While a branch waits, the others go on; when all that have
     * not ended wait, the run waits, until the first of what they wait for is there. Then the body is called again, and with it the
     * branches that are not done. While others are at work, one that waits for a time goes on in time; one that waits for a child, a token or a
     * value goes on in a second or so, since its process then looks from time to time.
     *
     * <p>The first that throws interrupts the others. When all have ended its error goes up, with those of the others added as suppressed ones.
     * An interrupt of the body interrupts all.
     *
     * @param name 1 to 256 characters
     * @param branches with different names
     * @return what they came to, in their order
     * @throws IllegalArgumentException if two have one name, or what one came to cannot be written as JSON and read again, or is larger than
     *     outputs may be (10 MB)
     * @throws IllegalStateException inside a step, in hooks, in threads that the body has started by itself, and in an isolated attempt
     * @throws StepTypeException if what is kept of a branch does not fit its type
     * @throws ClaimLostException if the run is no longer this attempt's
     * @throws Exception what a branch threw, or an {@link InterruptedException}
     */
    <T extends @Nullable Object> List<T> parallel(String name, List<Branch<T>> branches) throws Exception;

    /** As {@link #parallel(String, List)}, of branches with results of different types. */
    default BranchResults parallel(String name, Branch<?>... branches) throws Exception {
        List<Branch<@Nullable Object>> all = ofAnything(branches);
        return new BranchResults(all, this.<@Nullable Object>parallel(name, all));
    }

    /**
     * Goes several ways at the same time, as {@link #parallel(String, List)}, until the first has come to its end. Which that is, and what it
     * came to, is kept: every attempt has the same winner. The others are interrupted and given up: their waits are over. What they have
     * triggered lives on, though nobody waits for it any more; cancel it if nobody wants it.
     *
     * <p>A branch that throws before one is done ends the race: its error goes up as in {@link #parallel(String, List)}. Catch in the branch
     * what is only to lose. A step at most once that is interrupted, by an error or by a race that is lost, has failed for good; see {@link
     * StepOptions#atMostOnce()}.
     *
     * @param branches at least one, with different names
     * @throws IllegalArgumentException as {@link #parallel(String, List)}, or if there is no branch
     * @throws IllegalStateException as {@link #parallel(String, List)}, or if the winner that is kept is none of these branches any more
     * @throws StepTypeException if what is kept of the winner does not fit its type
     * @throws ClaimLostException if the run is no longer this attempt's
     * @throws Exception what a branch threw, or an {@link InterruptedException}
     */
    <T extends @Nullable Object> Winner<T> anyOf(String name, List<Branch<T>> branches) throws Exception;

    /** As {@link #anyOf(String, List)}, of branches with results of different types. */
    default Winner<?> anyOf(String name, Branch<?>... branches) throws Exception {
        return this.<@Nullable Object>anyOf(name, ofAnything(branches));
    }

    /**
     * A mark in code that changes while runs of it are on their way: those that have passed it before the code had it go on the old way, all
     * others the new one.
     *
     * <pre>{@code
     * if (run.changed("check stock first")) {
     *     run.step("check stock", () -> stock.check(order));
     * }
     * run.step("charge", Receipt.class, () -> gateway.charge(order));
     * }</pre>
     *
     * <p>It is decided when a run comes to the mark for the first time with code that has it. False if something is kept of the run that its
     * body has not asked for before it comes here, which an earlier attempt, or the same one before it waited, then has done after this
     * place: a step, a sleep, children, a token, a signal or a condition that it waits or waited for, a triggered run, a loop, branches.
     * True if nothing is. Either answer is kept, on the disk before this returns, and is the same from then on.
     *
     * <p>In an iteration of a loop, and in a branch, a mark is that of the iteration or branch, and what is kept there decides: iterations that begin with
     * the new code go the new way. Of one name there is one mark in each such place; call it where you like, and as often.
     *
     * <p>What hooks after the body have kept, and what was kept by a part of the body that has been removed since, nobody asks for either: then
     * the answer is false, which leads where the run was led before. Marks themselves do not count.
     *
     * @param name 1 to 200 characters
     * @return whether to go the new way
     * @throws IllegalStateException inside a step, in hooks that are called once in an attempt, and in a thread of which nobody knows for which branch
     *     it works
     * @throws ClaimLostException if the run is no longer this attempt's
     * @throws InterruptedException if the thread was interrupted before
     */
    boolean changed(String name) throws InterruptedException;

    @SuppressWarnings("unchecked") // from which results are only read
    private static List<Branch<@Nullable Object>> ofAnything(Branch<?>... branches) {
        return (List<Branch<@Nullable Object>>) (List<?>) List.of(branches);
    }
}
