package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.Failure;
import dev.errand.RunId;
import dev.errand.StepBody;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.StepOptions.Calls;
import dev.errand.StepTypeException;
import dev.errand.TransactionBody;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.store.Receipt;
import java.lang.reflect.Type;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The steps of an attempt, as its body calls them, from whichever threads. */
public final class Steps {
    private static final int LONGEST_NAME = 256;
    /** What names of the engine's own steps begin with. */
    private static final String OWN = "run.";

    /**
     * The step whose code a thread calls.
     *
     * @param connection its transaction's; null if it is none
     * @param always whether it is called by every attempt
     */
    private record Inside(String name, @Nullable Connection connection, boolean always) {}

    private final RunId run;
    private final Journal journal;
    private final Codec codec;
    private final int largest;
    private final Function<Throwable, Failure> failures;
    private final Supplier<Caller> caller;
    private final Map<String, Integer> occurrences = new ConcurrentHashMap<>();
    private final Map<String, Integer> occurrencesAtStart = new ConcurrentHashMap<>();
    private final Map<String, Lock> keys = new ConcurrentHashMap<>();
    private final TransactionSteps transactions;

    @SuppressWarnings("ThreadLocalUsage") // of one attempt, and nothing is left in it when a step ends
    private final ThreadLocal<@Nullable Inside> inside = new ThreadLocal<>();

    private int underWay;
    private boolean completed;

    /**
     * Nothing is asked of the journal before the first step.
     *
     * @param largest how many bytes a result may have
     * @param failures makes what is kept of an error
     * @param caller who calls them just now
     */
    public Steps(
            RunId run,
            Journal journal,
            Codec codec,
            int largest,
            Function<Throwable, Failure> failures,
            Supplier<Caller> caller) {
        this.run = run;
        this.journal = journal;
        this.codec = codec;
        this.largest = largest;
        this.failures = failures;
        this.caller = caller;
        this.transactions = new TransactionSteps(run, journal);
    }

    /** See {@link dev.errand.RunContext#step}. */
    @SuppressWarnings({"unchecked", "NullAway"}) // it was read as that type; whether null fits is for T to say
    public <T extends @Nullable Object, X extends Exception> T call(
            String name, Type type, StepOptions options, StepBody<T, X> body) throws X, InterruptedException {
        refuseOwn(name);
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
        refuseOwn(name);
        begin(name);
        try {
            return (T) this.<X>journaled(name, type, options, call -> transact(call, type, body));
        } finally {
            leave();
        }
    }

    /** A step of the engine's own, found by its order among those of its name. */
    @SuppressWarnings("NullAway") // it is never null
    <T> T own(String name, Class<T> type, Supplier<T> value) throws InterruptedException {
        begin(OWN + name);
        try {
            return type.cast(this.<RuntimeException>journaled(
                    OWN + name, type, StepOptions.none(), call -> perform(call, type, StepOptions.none(), value::get)));
        } finally {
            leave();
        }
    }

    /** The transaction that the calling thread is in; null for none. */
    public @Nullable Connection transaction() {
        Inside outer = inside.get();
        return outer == null ? null : outer.connection();
    }

    /** Whether what the calling thread does is not done again once it is kept. */
    public boolean isKept() {
        Inside outer = inside.get();
        return outer != null && !outer.always();
    }

    private static void refuseOwn(String name) {
        if (name.startsWith(OWN)) {
            throw new IllegalArgumentException(
                    "a step's name does not begin with '%s', as this one does: '%s'".formatted(OWN, name));
        }
    }

    private void begin(String name) throws InterruptedException {
        if (caller.get() == Caller.WAIT) {
            throw new IllegalStateException(
                    "Step '%s' was not begun: hooks around waits have no steps, since each is called but once. Make it a step of the body"
                            .formatted(name));
        }
        requireName(name);
        refuseInside("Step '" + name + "' was not begun");
        if (Thread.interrupted()) {
            throw new InterruptedException("Step '" + name + "' was not begun: the thread was interrupted before");
        }
        enter(name);
    }

    void refuseInside(String what) {
        Inside outer = inside.get();
        if (outer != null) {
            throw new IllegalStateException(
                    "%s: it is inside step '%s' of run %s, and a step is kept as a whole. Call it after that step, or make it a part of it without a name of its own"
                            .formatted(what, outer.name(), run));
        }
    }

    static void requireName(String name) {
        if (name.isBlank() || name.length() > LONGEST_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a step's name has 1 to %d characters and no NUL, this one %d"
                    .formatted(LONGEST_NAME, name.length()));
        }
    }

    /** Refuses what is not to be done inside of a step, nor beside one that another thread calls. */
    void refuseBeside(String what) {
        refuseInside(what);
        synchronized (this) {
            if (underWay > 0) {
                throw new IllegalStateException(
                        "%s: a step of run %s is under way in another thread. Wait for it first".formatted(what, run));
            }
            if (completed) {
                throw new IllegalStateException(
                        "%s: run %s was completed in a transaction of its body's".formatted(what, run));
            }
        }
    }

    // ── beside the end of the run in a transaction

    private synchronized void enter(String name) {
        if (completed) {
            throw new IllegalStateException(
                    "Step '%s' was not begun: run %s was completed in a transaction of its body's, of which nobody here knows what becomes. Complete the run after its last step"
                            .formatted(name, run));
        }
        underWay++;
    }

    private synchronized void leave() {
        underWay--;
    }

    /**
     * Ends the run in a transaction of its body's, until whose end nothing else can be written about the run: no step is under way then,
     * and none follows.
     *
     * @param completion does it; if it throws, it has not
     */
    public void complete(Runnable completion) {
        refuseInside("The run was not completed");
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
        return inside(new Inside(name, null, true), body);
    }

    private <X extends Exception> @Nullable Object journaled(
            String name, Type type, StepOptions options, Performance<X> performance) throws X, InterruptedException {
        String key = options.key();
        StepKey own = key == null ? next(name) : StepKey.keyed(key);
        Journal.Call call = new Journal.Call(own.stored(), name, options.calls());
        Lock alone = key == null ? new ReentrantLock() : keys.computeIfAbsent(key, unseen -> new ReentrantLock());
        alone.lockInterruptibly(); // one of several threads with one key calls the code, and all have its result
        try {
            return switch (begin(call)) {
                case Journal.Beginning.Due() -> performance.of(call);
                case Journal.Beginning.Done(var result) -> kept(call, result, type);
                case Journal.Beginning.Failed(var attempt, var failure) ->
                    throw new StepFailedException(run, name, attempt, failure);
                case Journal.Beginning.Lost() -> throw new ClaimLostException(run);
            };
        } finally {
            alone.unlock();
        }
    }

    private StepKey next(String name) {
        return caller.get() == Caller.START
                ? StepKey.ofStart(name, occurrencesAtStart.merge(name, 1, Integer::sum))
                : StepKey.named(name, occurrences.merge(name, 1, Integer::sum));
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
            result = written(call, inside(new Inside(call.name(), null, false), body), type);
            value = readAgain(call, result, type);
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
                tx -> this.<@Nullable Object, X>inside(
                        new Inside(call.name(), tx.connection(), false), () -> body.run(tx)),
                returned -> {
                    byte[] json = written(call, returned, type);
                    value[0] = readAgain(call, json, type);
                    return json;
                });
        return value[0];
    }

    private <T extends @Nullable Object, X extends Exception> T inside(Inside where, StepBody<T, X> body) throws X {
        inside.set(where);
        try {
            return body.run();
        } finally {
            inside.remove();
        }
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

    private static <T> T await(CompletionStage<T> answer) throws InterruptedException {
        try {
            return answer.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException error ? error : new IllegalStateException(e.getCause());
        }
    }

    // ── results

    private byte[] written(Journal.Call call, @Nullable Object value, Type type) {
        byte[] json;
        try {
            json = codec.write(value, type);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "The result of step '%s' cannot be written as JSON: %s".formatted(call.name(), e.reason()), e);
        }
        if (json.length > largest) {
            throw new IllegalArgumentException(
                    "The result of step '%s' has %,d bytes; at most %,d are kept. Write large data elsewhere and return where it is"
                            .formatted(call.name(), json.length, largest));
        }
        return json;
    }

    private @Nullable Object readAgain(Journal.Call call, byte[] result, Type type) {
        try {
            return codec.read(result, type);
        } catch (UnfitException e) {
            throw new IllegalArgumentException(
                    "The result of step '%s' was written as %s, but no %s can be read from that%s: %s"
                            .formatted(
                                    call.name(),
                                    Shape.of(codec, result),
                                    type.getTypeName(),
                                    e.path().isEmpty() ? "" : " at " + e.path(),
                                    e.reason()),
                    e);
        }
    }

    private @Nullable Object kept(Journal.Call call, byte[] result, Type type) {
        try {
            return codec.read(result, type);
        } catch (UnfitException e) {
            String shape = Shape.of(codec, result);
            throw new StepTypeException(run, call.name(), shape, type.getTypeName(), e.path(), e.reason());
        }
    }
}
