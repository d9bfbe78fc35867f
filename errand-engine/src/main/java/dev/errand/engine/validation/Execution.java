package dev.errand.engine.validation;

import dev.errand.Branch;
import dev.errand.LoopBody;
import dev.errand.StepBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of the two executions of a body: says what each call comes to. What a call throws, declared or not, its methods throw. */
interface Execution {
    /** Calls a loop's code, or that of branches, the engine's way. */
    @FunctionalInterface
    interface Composed<P, T extends @Nullable Object> {
        T of(P parts) throws Exception;
    }

    /** A call without parts of the body in it. */
    <T extends @Nullable Object> T call(Call call, Copying<T> copying, Code<T> real);

    /** A loop. */
    <T extends @Nullable Object> T loop(String name, LoopBody<T, ?> body, Composed<LoopBody<T, Exception>, T> real);

    /**
     * Branches.
     *
     * @param name of the call, as its branches have it
     * @param <R> what all of them come to
     */
    <T extends @Nullable Object, R> R fork(
            Call call, String name, List<Branch<T>> branches, Copying<R> copying, Composed<List<Branch<T>>, R> real);

    /** Code that is not executed a second time, and of which nothing is compared. */
    <T extends @Nullable Object, X extends Exception> T apart(StepBody<T, X> code) throws X;

    /** The body has ended its run itself. */
    void completed();

    /** Whether it is the second: nothing is to be shown to anybody. */
    boolean isSecond();
}
