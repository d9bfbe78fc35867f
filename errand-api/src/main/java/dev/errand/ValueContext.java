package dev.errand;

import java.util.function.BiPredicate;

/** Durable values as a body sees them, which is what a {@link RunContext} is: it reads them, and waits until they are what they should be. */
public interface ValueContext {
    /**
     * A durable value, as {@link Errand#value(String, Class)}. What is read of it in a body is what it is just then, in each attempt anew.
     *
     * @throws IllegalStateException in an isolated attempt, which has no way to the store
     */
    <T> Value<T> value(String name, Class<T> type);

    /** As {@link #value(String, Class)}, for types with arguments. */
    <T> Value<T> value(String name, TypeRef<T> type);

    /**
     * Waits until a condition holds that reads durable values, looks at other runs, or looks for events; durably, as in {@link RunContext#sleep}. It
     * is looked at when this is called, and again, by a body that is called again for it, as soon as a value has changed that it read, a run has
     * ended, or an event was raised; never just because time has passed.
     *
     * <pre>{@code
     * Value<Integer> balance = run.value("balance", Integer.class);
     * int enough = run.until("enough", Integer.class, () -> balance.get().filter(now -> now > 10));
     * }</pre>
     *
     * <p>It is a step, whose result is kept before this returns: once the condition has held it is never looked at again, in no attempt,
     * whatever becomes of the values. Code in it that throws ends nothing but this call: if the error is not caught the attempt fails, and the
     * next one looks again.
     *
     * <p>Values have it looked at again that it has read by {@link Value#get} or {@link Value#info}, runs at which it has looked by
     * {@link OtherRuns#infoOf}, {@link OtherRuns#resultOf} or a handle of them, and events for which it has looked by {@link EventContext#latestEvent}, on
     * this thread. What else it looks at does not, and time does not. Where it has looked at runs that end meanwhile, it is called once more before the
     * run waits.
     *
     * @param name 1 to 256 characters. Of one name, the how many-th it is in the attempt counts as well
     * @param condition only reads, and logs: steps and waits in it are refused, and so is what each look would do again, which is to change
     *     values or metadata, to trigger, to emit and to raise
     * @throws IllegalStateException if it does not hold and has read neither a value nor a run, nor looked for events, so that nothing would ever wake the run; or if the body cannot
     *     wait here, see {@link RunContext#sleep}
     * @throws StoreException if the store was away for 30 s while it looked
     * @throws ClaimLostException if the run is no longer this attempt's
     * @throws StepTypeException if what is kept does not fit the type
     * @throws IllegalArgumentException if the result cannot be written as JSON and read again, or is larger than outputs may be (10 MB)
     * @throws InterruptedException if the thread was interrupted
     */
    <T, X extends Exception> T until(String name, Class<T> type, UntilAnswer<T, X> condition)
            throws X, InterruptedException;

    /** As {@link #until(String, Class, UntilAnswer)}, for types with arguments. */
    <T, X extends Exception> T until(String name, TypeRef<T> type, UntilAnswer<T, X> condition)
            throws X, InterruptedException;

    /**
     * Waits, in an iteration of a loop, until something is another than it was in the iteration before; durably, as {@link #until}. The first
     * iteration that asks has at once what there is. What an iteration has is kept, so that its steps see it whatever comes meanwhile; changes
     * that come and go between two iterations are not seen.
     *
     * <pre>{@code
     * run.loop("follow", iteration -> {
     *     int now = run.untilChanges("balance", Integer.class, balance::get);
     *     run.step("tell", () -> mailer.tell(now));
     *     return LoopAnswer.again();
     * });
     * }</pre>
     *
     * @param name 1 to 256 characters. Of one name, the how many-th it is in the iteration counts as well
     * @param look what it is now, by durable values; empty if there is nothing, for which is waited as well
     * @throws IllegalStateException outside of a loop, or as {@link #until}
     */
    default <T, X extends Exception> T untilChanges(String name, Class<T> type, UntilAnswer<T, X> look)
            throws X, InterruptedException {
        return this.<T, X>untilChanges(name, type, look, Object::equals);
    }

    /**
     * As {@link #untilChanges(String, Class, UntilAnswer)}.
     *
     * @param same whether what was, the first, and what is are the same, and so no change
     */
    <T, X extends Exception> T untilChanges(
            String name, Class<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same)
            throws X, InterruptedException;

    /** As {@link #untilChanges(String, Class, UntilAnswer, BiPredicate)}, for types with arguments. */
    <T, X extends Exception> T untilChanges(
            String name, TypeRef<T> type, UntilAnswer<T, X> look, BiPredicate<? super T, ? super T> same)
            throws X, InterruptedException;

    /** As {@link #until(String, Class, UntilAnswer)}, without a result. */
    <X extends Exception> void until(String name, UntilCondition<X> condition) throws X, InterruptedException;
}
