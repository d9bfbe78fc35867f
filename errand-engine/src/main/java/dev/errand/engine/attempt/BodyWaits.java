package dev.errand.engine.attempt;

import dev.errand.FailureKind;
import dev.errand.Retry;
import dev.errand.StepBody;
import dev.errand.StepOptions;
import dev.errand.TaskOptions;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.TokenInfo;
import dev.errand.TokenOptions;
import dev.errand.engine.record.Next;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.step.Bookmark;
import dev.errand.engine.step.Branches;
import dev.errand.engine.step.Children;
import dev.errand.engine.step.Conditions;
import dev.errand.engine.step.EventLooks;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.Looks;
import dev.errand.engine.step.Loops;
import dev.errand.engine.step.SignalWaits;
import dev.errand.engine.step.Steps;
import dev.errand.engine.step.Suspension;
import dev.errand.engine.step.TokenWaits;
import dev.errand.engine.step.Tries;
import dev.errand.engine.step.WaitJournal;
import dev.errand.engine.step.Waits;
import dev.errand.engine.trigger.NewTokens;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a body waits for, made when it is first asked for. Whoever makes it asks the body's context for the journal; the context, which
 * asks whether the body waits with its own lock held, must not have to wait for that.
 */
final class BodyWaits {
    private final Scope scope;
    private final TaskOptions task;
    private final Supplier<Journal> journal;
    private final Supplier<Steps> steps;
    private final AroundWaits around;
    private volatile @Nullable Waits waits;
    private @Nullable Invoking children;
    private @Nullable TokenWaits tokens;
    private @Nullable Conditions conditions;
    private @Nullable SignalWaits signals;
    private @Nullable Tries tries;
    private @Nullable Loops loops;
    private @Nullable Branches branches;

    BodyWaits(Scope scope, TaskOptions task, Supplier<Journal> journal, Supplier<Steps> steps, AroundWaits around) {
        this.scope = scope;
        this.task = task;
        this.journal = journal;
        this.steps = steps;
        this.around = around;
    }

    /** What unwinds the body, or has, so that it may wait; null while nothing does. Waits for nobody. */
    @Nullable
    Suspension suspension() {
        Waits known = waits;
        return known == null ? null : known.suspension();
    }

    /** The same, or what unwinds the branch that the calling thread is in. */
    @Nullable
    Suspension unwinding() {
        Waits known = waits;
        return known == null ? null : known.unwinding();
    }

    /** A body that waits does nothing more until its time has come, even if it has caught what was to unwind it; nor does a branch. */
    void goOn() {
        Suspension suspension = unwinding();
        if (suspension != null) {
            throw suspension;
        }
    }

    /** It does not wait after all. */
    void stay() {
        Waits known = waits;
        if (known != null) {
            known.stay();
        }
    }

    /** Its sleeps, and what all waits share. */
    synchronized Waits waits() {
        goOn();
        Waits known = waits;
        if (known == null) {
            Bookmark bookmark = scope.bookmark();
            known = new Waits(kept(), steps, around, scope.places(), bookmark == null ? null : bookmark.waitsFor());
            waits = known;
        }
        return known;
    }

    private WaitJournal kept() {
        return journal.get().waits();
    }

    synchronized Invoking children() {
        Waits shared = waits();
        if (children == null) {
            children = new Invoking(scope, new Children(scope.claim().run(), kept(), shared, scope.codec()));
        }
        return children;
    }

    synchronized TokenWaits tokens() {
        Waits shared = waits();
        if (tokens == null) {
            tokens = new TokenWaits(scope.claim().run(), kept(), shared, scope.codec());
        }
        return tokens;
    }

    synchronized Conditions conditions() {
        Waits shared = waits();
        if (conditions == null) {
            conditions = new Conditions(
                    scope.claim().run(), kept(), shared, scope.codec(), scope.maxOutput(), scope.values());
        }
        return conditions;
    }

    /** Not kept: it has nothing to remember. */
    Looks looks() {
        goOn();
        return new Looks(scope.claim().run(), kept(), scope.codec());
    }

    /** Likewise. */
    EventLooks events() {
        goOn();
        return new EventLooks(scope.claim().createdAt(), kept(), scope.events());
    }

    synchronized SignalWaits signals() {
        Waits shared = waits();
        if (signals == null) {
            signals = new SignalWaits(scope.claim().run(), kept(), shared, scope.codec());
        }
        return signals;
    }

    synchronized Loops loops() {
        Waits shared = waits();
        if (loops == null) {
            loops = new Loops(scope.claim().run(), kept(), shared, steps, scope.places(), around);
        }
        return loops;
    }

    synchronized Branches branches() {
        Waits shared = waits();
        if (branches == null) {
            branches = new Branches(scope.claim().run(), kept(), shared, steps, scope.places(), around);
        }
        return branches;
    }

    /** See {@link dev.errand.RunContext#step}; of one with retries. */
    <T extends @Nullable Object, X extends Exception> T step(
            String name, Type type, StepOptions options, Retry retry, StepBody<T, X> body)
            throws X, InterruptedException {
        return tries().<T, X>call(name, type, options, (error, number) -> next(error, retry, number), body);
    }

    private synchronized Tries tries() {
        Waits shared = waits();
        if (tries == null) {
            tries = new Tries(kept(), shared, steps);
        }
        return tries;
    }

    /** As of an attempt, but that an error which ends the run is for the attempt to tell. A run that is to end tries nothing again. */
    private Tries.@Nullable Again next(Throwable error, Retry retry, int number) throws InterruptedException {
        if (scope.isGivenUp()) {
            return null;
        }
        if (scope.isStopping()) { // by a shutdown, which spends no attempt, and so no try of a step
            InterruptedException closing = new InterruptedException("The step was not tried again: the engine closes");
            closing.addSuppressed(error);
            throw closing;
        }
        Instant now = scope.now();
        Outcome.Threw threw = Failures.of(error, task, retry, scope.claim().attempt(), now);
        if (threw.failure().kind() == FailureKind.HANDLER) { // or nobody would hear of it
            error.addSuppressed(new IllegalStateException("A retry rule of the step threw an error: "
                    + threw.failure().summary()));
        }
        Verdicts verdicts =
                new Verdicts(retry, number, null, ThreadLocalRandom.current().nextDouble());
        return verdicts.next(threw, now) instanceof Next.Retry(var due, var failure)
                ? new Tries.Again(failure, due)
                : null;
    }

    /** See {@link dev.errand.RunContext#token}. The token is stored before the step that says so: one that nobody heard of times out. */
    <T> Token<T> create(Type type, TokenOptions options) throws InterruptedException {
        WaitJournal keeping = kept();
        String id = steps.get().<String, RuntimeException>call(options.name(), String.class, StepOptions.none(), () -> {
            TokenInfo stored = keeping.create(
                    NewTokens.of(TokenId.random(), options, scope.claim().run(), scope.now()));
            return stored.id().toString();
        });
        TokenId token = TokenId.of(id);
        waits().made(token);
        return new Token<>(token, options.name(), type);
    }
}
