package dev.errand.engine.attempt;

import dev.errand.ErrorData;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.RetryDecision;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.step.Suspension;
import dev.errand.store.Claim;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decode → body → encode, with the hooks around it if there are any. None of what user code throws gets through it. */
final class Body {
    private static final int LARGEST_DATA = 64_000;

    private final Scope scope;
    private final Claim claim;
    private final Task<?, ?> task;
    private final AttemptContext context;

    Body(Scope scope, Task<?, ?> task, AttemptContext context) {
        this.scope = scope;
        this.claim = scope.claim();
        this.task = task;
        this.context = context;
    }

    Outcome run() {
        try (LogContext said = LogContext.of(claim)) {
            return attempt();
        }
    }

    private Outcome attempt() {
        Object payload;
        try {
            payload = scope.contracts().of(task).read(claim.payload());
        } catch (UnfitException e) {
            return scope.isStopping() ? scope.stopped() : unfit(e);
        }
        if (!scope.hooks().isEmpty() || !task.hooks().isEmpty()) {
            Lifecycle lifecycle = new Lifecycle(
                    scope, this, context, payload, hooks(), scope.hooks().size());
            scope.began(lifecycle); // who cancels the run from here on finds the hooks to tell
            return scope.isStopping() ? scope.stopped() : lifecycle.run();
        }
        if (scope.isStopping()) {
            return scope.stopped();
        }
        try {
            Outcome.Returned returned = returned(call(payload));
            Outcome waits = waits();
            return waits == null ? returned : waits;
        } catch (Throwable error) { // a body may throw anything; none of it may reach the engine
            Outcome waits = waits();
            if (waits != null) {
                return waits;
            }
            return scope.isStopping() ? scope.stopped() : judge(error).outcome();
        }
    }

    /** What comes of it if the body was unwound to wait, whatever it made of that; null if it was not. */
    @Nullable
    Outcome waits() {
        Suspension suspension = context.suspension();
        return suspension == null
                ? null
                : new Outcome.Waits(suspension.key(), suspension.until(), suspension.entries(), suspension.awaits());
    }

    private Outcome unfit(UnfitException e) {
        return failed(FailureKind.PAYLOAD, new InvalidPayloadException(task.id(), e.path(), e.reason()));
    }

    @SuppressWarnings("unchecked")
    private List<TaskHooks<@Nullable Object, @Nullable Object>> hooks() {
        List<TaskHooks<@Nullable Object, @Nullable Object>> all = new ArrayList<>(scope.hooks());
        task.hooks().forEach(hook -> all.add((TaskHooks<@Nullable Object, @Nullable Object>) hook));
        return all;
    }

    @Nullable
    Object call(@Nullable Object payload) throws Exception {
        context.inBody(true);
        try {
            return new Validation(scope, task, context).call(payload);
        } finally {
            context.inBody(false);
        }
    }

    /** Writes down what the body returned. */
    Outcome.Returned returned(@Nullable Object output) throws UnserializableException {
        byte[] json = json(scope.codec(), output);
        String tooLarge = scope.tooLarge(json);
        if (tooLarge != null) {
            throw new UnserializableException(new IllegalArgumentException(tooLarge));
        }
        return new Outcome.Returned(json);
    }

    private byte[] json(Codec codec, @Nullable Object output) throws UnserializableException {
        try {
            return codec.write(output, task.outputType());
        } catch (Throwable error) { // a getter of the user's may throw anything
            throw new UnserializableException(error);
        }
    }

    /** What comes of an error, by its kind and the rules of the task's policy. */
    Failures.Judged judge(Throwable error) {
        if (error instanceof UnserializableException unserializable) {
            Throwable reason = unserializable.reason();
            return new Failures.Judged(reason, failed(FailureKind.UNSERIALIZABLE, reason));
        }
        Failures.Judged judged =
                Failures.judged(error, task.options(), scope.verdicts().retry(), claim.attempt(), scope.now());
        return new Failures.Judged(judged.error(), withData(judged.error(), judged.outcome()));
    }

    /** Whether neither hooks nor rules are asked about it. */
    boolean asksNobody(Throwable error) {
        return error instanceof UnserializableException || Failures.isDeclared(error, task.options());
    }

    Outcome.Threw failed(FailureKind kind, Throwable error) {
        return failed(kind, error, RetryDecision.abort());
    }

    Outcome.Threw failed(FailureKind kind, Throwable error, RetryDecision decision) {
        return withData(
                error, new Outcome.Threw(Failures.failure(kind, error, claim.attempt(), scope.now()), decision));
    }

    /** Adds what an error has to say besides its message. */
    private Outcome.Threw withData(Throwable error, Outcome.Threw threw) {
        if (!(error instanceof ErrorData saying)) {
            return threw;
        }
        Failure failure = threw.failure();
        try {
            byte[] json = scope.codec().write(saying.data());
            if (json.length > LARGEST_DATA) {
                throw new IllegalArgumentException(
                        "%,d bytes; at most %,d are kept".formatted(json.length, LARGEST_DATA));
            }
            Json data = new Json(new String(json, StandardCharsets.UTF_8));
            return data.isNull() ? threw : new Outcome.Threw(failure.withData(data), threw.decision());
        } catch (Throwable unreadable) { // code of users
            context.log().error("The data of {} cannot be kept", failure.type(), unreadable);
            return threw;
        }
    }
}
