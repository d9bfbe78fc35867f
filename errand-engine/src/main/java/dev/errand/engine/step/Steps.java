package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.Failure;
import dev.errand.RunId;
import dev.errand.StepBody;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.StepOptions.Calls;
import dev.errand.TransactionBody;
import dev.errand.engine.json.Codec;
import dev.errand.store.Receipt;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The steps of an attempt, as its body calls them, from whichever threads. */
public final class Steps {
    private final RunId run;
    private final Journal journal;
    private final StepResults results;
    private final Places places;
    private final Function<Throwable, Failure> failures;
    private final Supplier<Caller> caller;
    private final TransactionSteps transactions;
    private final StepThreads threads;

    private int underWay;
    private int apart;
    private boolean completed;

    /**
     * Nothing is asked of the journal before the first step.
     *
     * @param largest how many bytes a result may have
     * @param failures makes what is kept of an error
     * @param caller who calls them just now
     * @param places where in the body
     */
    public Steps(
            RunId run,
            Journal journal,
            Codec codec,
            int largest,
            Function<Throwable, Failure> failures,
            Supplier<Caller> caller,
            Places places) {
        this.run = run;
        this.journal = journal;
        this.results = new StepResults(run, codec, largest);
        this.places = places;
        this.failures = failures;
        this.caller = caller;
        this.transactions = new TransactionSteps(run, journal);
        this.threads = new StepThreads(run);
    }

    /** See {@link dev.errand.RunContext#step}. */
    @SuppressWarnings({"unchecked", "NullAway"}) // it was read as that type; whether null fits is for T to say
    public <T extends @Nullable Object, X extends Exception> T call(
            String name, Type type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException {
        StepNames.refuseOwn(name);
        begin(name);
        try {
            return options.calls() == Calls.ALWAYS
                    ? always(name, body)
                    : (T) this.<X>journaled(name, type, options, call -> perform(call, type, options, body));
        } finally {
            leave();
        }
    }

    /** See {@link dev.errand.RunContext#transaction}. */
    @SuppressWarnings({"unchecked", "NullAway"}) // as above
    public <T extends @Nullable Object, X extends Exception> T transact(
            String name, Type type, StepOptions options, TransactionBody<T, X> body) throws X, InterruptedException {
        if (options.calls() != Calls.AT_LEAST_ONCE || options.retry() != null) {
            throw new IllegalArgumentException(
                    "Transaction '%s' is done exactly once, which is no choice: of a step's options it takes a key"
                            .formatted(name));
        }
        StepNames.refuseOwn(name);
        begin(name);
        try {
            return (T) this.<X>journaled(name, type, options, call -> transact(call, type, body));
        } finally {
            leave();
        }
    }

    /** A step of the engine's own, found by its order among those of its name where the calling thread is. */
    <T> T own(String name, Class<T> type, Supplier<T> value) throws InterruptedException {
        places.requireKnown("'" + name + "' was not asked for");
        String full = StepNames.OWN + name;
        return own(full, () -> named(full, places.here()), new ReentrantLock(), type, value);
    }

    /** One of which a run has only one; whoever asks again finds what was kept, wherever he is. */
    <T> T only(String name, Class<T> type, Supplier<T> value) throws InterruptedException {
        String key =
                StepKey.only(StepNames.OWN + name, caller.get() == Caller.START).stored();
        return own(StepNames.OWN + name, () -> key, places.top().lock(key), type, value);
    }

    @SuppressWarnings("NullAway") // it is never null
    <T> T own(String name, Supplier<String> key, Lock alone, Class<T> type, Supplier<T> value)
            throws InterruptedException {
        begin(name);
        try {
            Journal.Call call = new Journal.Call(key.get(), name, Calls.AT_LEAST_ONCE);
            return type.cast(this.<RuntimeException>journaled(
                    call, alone, type, due -> perform(due, type, StepOptions.none(), value::get)));
        } finally {
            leave();
        }
    }

    StepResults results() {
        return results;
    }

    /** The transaction that the calling thread is in; null for none. */
    public @Nullable Connection transaction() {
        return threads.transaction();
    }

    /** Whether what the calling thread does is not done again once it is kept. */
    public boolean isKept() {
        return threads.isKept();
    }

    private void begin(String name) throws InterruptedException {
        if (caller.get() == Caller.WAIT) {
            throw new IllegalStateException(
                    "Step '%s' was not begun: hooks around waits have no steps, since each is called but once. Make it a step of the body"
                            .formatted(name));
        }
        StepNames.require(name);
        refuseInside("Step '" + name + "' was not begun");
        if (Thread.interrupted()) {
            throw new InterruptedException("Step '" + name + "' was not begun: the thread was interrupted before");
        }
        enter(name);
    }

    void refuseInside(String what) {
        threads.refuseInside(what);
    }

    /** Refuses what is not to be done inside of a step, nor beside one that another thread calls which is no branch's. */
    void refuseBeside(String what) {
        refuseInside(what);
        synchronized (this) {
            if (apart > 0) {
                throw new IllegalStateException(
                        "%s: a step of run %s is under way in another thread. Wait for it first".formatted(what, run));
            }
            refuseCompleted(what);
        }
    }

    /** Refuses what could not be kept any more. */
    synchronized void refuseCompleted(String what) {
        if (completed) {
            throw new IllegalStateException(
                    "%s: run %s was completed in a transaction of its body's".formatted(what, run));
        }
    }

    /** Whether nothing can be kept any more. */
    synchronized boolean isCompleted() {
        return completed;
    }

    // ── beside the end of the run in a transaction

    private synchronized void enter(String name) {
        if (completed) {
            throw new IllegalStateException(
                    "Step '%s' was not begun: run %s was completed in a transaction of its body's, of which nobody here knows what becomes. Complete the run after its last step"
                            .formatted(name, run));
        }
        underWay++;
        apart += places.isBranch() ? 0 : 1;
    }

    private synchronized void leave() {
        underWay--;
        apart -= places.isBranch() ? 0 : 1;
    }

    /**
     * Ends the run in a transaction of its body's, until whose end nothing else can be written about the run: no step is under way then,
     * and none follows.
     *
     * @param completion does it; if it throws, it has not
     */
    public void complete(Runnable completion) {
        refuseInside("The run was not completed");
        if (places.isParted()) {
            throw new IllegalStateException(
                    "Run %s was not completed: branches of its body are at work. Complete it when they have ended"
                            .formatted(run));
        }
        synchronized (this) {
            if (underWay > 0) {
                throw new IllegalStateException(
                        "Run %s was not completed: a step of it is under way in another thread, whose result could not be kept any more. Wait for it first"
                                .formatted(run));
            }
            completed = true;
        }
        boolean done = false;
        try {
            completion.run();
            done = true;
        } finally {
            synchronized (this) {
                completed = done;
            }
        }
    }

    // ── a call

    /** Calls the code of a step that is due. */
    private interface Performance<X extends Exception> {
        @Nullable
        Object of(Journal.Call call) throws X, InterruptedException;
    }

    private <T extends @Nullable Object, X extends Exception> T always(String name, StepBody<T, X> body)
            throws X, InterruptedException {
        Journal.Call call = new Journal.Call("", name, Calls.ALWAYS);
        if (await(journal.begin(call)) instanceof Journal.Beginning.Lost) {
            throw new ClaimLostException(run);
        }
        return threads.call(new StepThreads.Inside(name, null, true), body);
    }

    private <X extends Exception> @Nullable Object journaled(
            String name, Type type, StepOptions options, Performance<X> performance) throws X, InterruptedException {
        Place here = places.here();
        boolean once = options.scope() == StepOptions.Scope.RUN;
        String key = options.key();
        if (key == null) {
            places.requireKnown("Step '" + name + "' without a key was not begun");
            Journal.Call call = new Journal.Call(once ? once(name, here) : named(name, here), name, options.calls());
            return this.<X>journaled(call, new ReentrantLock(), type, performance);
        }
        Place shared = once ? places.top() : here.iteration();
        Journal.Call call = new Journal.Call(shared.key(StepKey.keyed(key)), name, options.calls());
        return this.<X>journaled(call, shared.lock(key), type, performance);
    }

    private String named(String name, Place place) {
        return place.key(
                caller.get() == Caller.START
                        ? StepKey.ofStart(name, place.next("start:" + name))
                        : StepKey.named(name, place.next("name:" + name)));
    }

    /** Of all iterations the same. */
    private String once(String name, Place place) {
        return place.iteration().isTop()
                ? named(name, place)
                : Paths.key(
                        Paths.withoutIteration(place.path()),
                        StepKey.once(name, place.next("once:" + name)).stored());
    }

    /** @param alone of several threads with one key, one calls the code, and all have its result */
    private <X extends Exception> @Nullable Object journaled(
            Journal.Call call, Lock alone, Type type, Performance<X> performance) throws X, InterruptedException {
        alone.lockInterruptibly();
        try {
            return switch (begin(call)) {
                case Journal.Beginning.Due() -> performance.of(call);
                case Journal.Beginning.Done(var result) -> results.kept(call.name(), result, type);
                case Journal.Beginning.Failed(var attempt, var failure) ->
                    throw new StepFailedException(run, call.name(), attempt, failure);
                case Journal.Beginning.Lost() -> throw new ClaimLostException(run);
            };
        } finally {
            alone.unlock();
        }
    }

    /** That it begins may be on its way to the store when the thread is interrupted; then so is that its code was not called. */
    private Journal.Beginning begin(Journal.Call call) throws InterruptedException {
        CompletionStage<Journal.Beginning> beginning = journal.begin(call);
        try {
            return await(beginning);
        } catch (InterruptedException e) {
            if (call.calls() == Calls.AT_MOST_ONCE) {
                journal.end(call, new Journal.End.Again(failures.apply(e)));
            }
            throw e;
        }
    }

    private <X extends Exception> @Nullable Object perform(
            Journal.Call call, Type type, StepOptions options, StepBody<?, X> body) throws X, InterruptedException {
        byte[] result;
        Object value;
        try {
            result = results.written(
                    call.name(), threads.call(new StepThreads.Inside(call.name(), null, false), body), type);
            value = results.readAgain(call.name(), result, type);
        } catch (Throwable error) { // code of users may throw anything
            failed(call, options, error);
            throw error;
        }
        if (await(journal.end(call, new Journal.End.Done(result))) == Receipt.LOST) {
            throw new ClaimLostException(run);
        }
        return value;
    }

    private <X extends Exception> @Nullable Object transact(Journal.Call call, Type type, TransactionBody<?, X> body)
            throws X, InterruptedException {
        @Nullable Object[] value = new Object[1];
        transactions.<X>perform(
                call,
                tx -> threads.<@Nullable Object, X>call(
                        new StepThreads.Inside(call.name(), tx.connection(), false), () -> body.run(tx)),
                returned -> {
                    byte[] json = results.written(call.name(), returned, type);
                    value[0] = results.readAgain(call.name(), json, type);
                    return json;
                });
        return value[0];
    }

    /** Calls code that is no step, and in which there is none either. */
    <T, X extends Exception> T asOne(String name, StepBody<T, X> code) throws X {
        return threads.call(new StepThreads.Inside(name, null, false), code);
    }

    /** Returns when what is to be kept of an error is durable. */
    private void failed(Journal.Call call, StepOptions options, Throwable error) {
        if (call.calls() != Calls.AT_MOST_ONCE) {
            return;
        }
        Failure failure = failures.apply(error);
        boolean again = options.retryOn().stream().anyMatch(type -> type.isInstance(error));
        CompletionStage<Receipt> receipt =
                journal.end(call, again ? new Journal.End.Again(failure) : new Journal.End.Failed(failure));
        try {
            if (await(receipt) == Receipt.LOST) {
                ClaimLostException lost = new ClaimLostException(run);
                lost.addSuppressed(error);
                throw lost;
            }
        } catch (InterruptedException e) { // it is on its way, before whatever comes of this attempt
            Thread.currentThread().interrupt();
        }
    }

    static <T> T await(CompletionStage<T> answer) throws InterruptedException {
        try {
            return answer.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException error ? error : new IllegalStateException(e.getCause());
        }
    }
}
