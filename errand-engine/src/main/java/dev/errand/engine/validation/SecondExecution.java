package dev.errand.engine.validation;

import dev.errand.Branch;
import dev.errand.LoopAnswer;
import dev.errand.LoopBody;
import dev.errand.StepBody;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The execution of a body that does not count: all calls are answered as they were in the first one, and nothing is asked of the engine.
 * It ends where the first one waits, or where it calls something else.
 */
final class SecondExecution implements Execution {
    private final BodyThreads threads;
    private final AtomicReference<@Nullable Difference> found = new AtomicReference<>();
    private final Replay top;
    private final Whereabouts<Replay> where;

    SecondExecution(Trace first, BodyThreads threads) {
        this.threads = threads;
        this.top = replay(first);
        this.where = new Whereabouts<>(top);
    }

    private Replay replay(Trace first) {
        return new Replay(first, difference -> found.compareAndSet(null, difference));
    }

    /** Executes the body. Answers with the first difference; null if there is none. */
    @Nullable
    Difference execute(Code<?> body) {
        try {
            execute(top, body, unused -> Ends.RETURNED);
        } catch (Stop e) {
            // where it is to end
        }
        return found.get();
    }

    /** How a part ended that has returned this. */
    private interface Ending<T extends @Nullable Object> {
        String of(T value);
    }

    private <T extends @Nullable Object> T execute(Replay part, Code<T> code, Ending<T> ending) {
        try {
            T value = where.in(part, code::run);
            part.returned(ending.of(value));
            if (found.get() == null) {
                return value;
            }
        } catch (Stop e) {
            part.over();
        } catch (Throwable e) { // code of users may throw anything
            part.threw(e);
        }
        throw new Stop();
    }

    @Override
    public <T extends @Nullable Object> T call(Call call, Copying<T> copying, Code<T> real) {
        Replay here = here();
        return answer(here, here.next(call));
    }

    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"}) // it was returned by the same call
    private static <T extends @Nullable Object> T answer(Replay here, Noted noted) {
        return switch (noted.answer()) {
            case null -> throw here.stop();
            case Answer.Returned(var value, var bytes) -> (T) value.get();
            case Answer.Threw(var error) -> throw AsIs.<RuntimeException>thrown(error);
        };
    }

    @Override
    public <T extends @Nullable Object> T loop(
            String name, LoopBody<T, ?> body, Composed<LoopBody<T, Exception>, T> real) {
        Replay here = here();
        Noted noted = here.next(Call.named("loop", name));
        Trace last = noted.iteration();
        if (last == null || noted.answer() instanceof Answer.Threw) {
            return answer(here, noted);
        }
        LoopAnswer<T> answer = part(here, last, () -> body.run(noted.iterationNumber()), Ends::of);
        if (noted.answer() != null && answer instanceof LoopAnswer.Done<T>(var result)) {
            return result;
        }
        throw here.stop();
    }

    private <T extends @Nullable Object> T part(Replay here, Trace first, Code<T> code, Ending<T> ending) {
        try {
            return execute(replay(first), code, ending);
        } catch (Stop e) {
            throw here.stop();
        }
    }

    /** Those that are done are not called again, as they would not be by an attempt that follows. */
    @Override
    public <T extends @Nullable Object, R> R fork(
            Call call, String name, List<Branch<T>> branches, Copying<R> copying, Composed<List<Branch<T>>, R> real) {
        Replay here = here();
        Noted noted = here.next(call);
        if (noted.answer() != null) {
            return answer(here, noted);
        }
        List<Thread> waiting = new ArrayList<>();
        for (Branch<T> branch : branches) {
            Trace first = noted.branch(branch.name());
            if (first != null && first.isWaiting()) {
                waiting.add(start(first, branch));
            }
        }
        join(waiting);
        throw here.stop();
    }

    private Thread start(Trace first, Branch<?> branch) {
        return threads.start(() -> again(first, branch));
    }

    private void again(Trace first, Branch<?> branch) {
        try {
            execute(replay(first), branch.body()::run, unused -> Ends.RETURNED);
        } catch (Stop e) {
            // where it is to end
        }
    }

    private static void join(List<Thread> branches) {
        boolean interrupted = false;
        for (Thread branch : branches) {
            while (branch.isAlive()) {
                try {
                    branch.join();
                } catch (InterruptedException e) { // the attempt is to end
                    interrupted = true;
                    branches.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Replay here() {
        Replay here = where.here();
        return here == null ? top : here;
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T apart(StepBody<T, X> code) throws X {
        return code.run();
    }

    @Override
    public void completed() {
        // not here: of a body that completes its run there is no second execution
    }

    @Override
    public boolean isSecond() {
        return true;
    }
}
