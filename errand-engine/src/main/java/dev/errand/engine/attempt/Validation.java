package dev.errand.engine.attempt;

import dev.errand.EffectValidation;
import dev.errand.NamedLock;
import dev.errand.NotReplayableException;
import dev.errand.RunContext;
import dev.errand.Task;
import dev.errand.TaskBody;
import dev.errand.engine.json.Codec;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.validation.Difference;
import dev.errand.engine.validation.RealRun;
import dev.errand.engine.validation.TwoExecutions;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the body of an attempt twice if that is asked for, see {@link EffectValidation}. */
final class Validation implements RealRun {
    private static final Logger LOG = LoggerFactory.getLogger(Validation.class);

    private final Scope scope;
    private final Task<?, ?> task;
    private final AttemptContext context;
    /** The payload as hooks have made it before the body began, as JSON; null if it is the run's, or cannot be written. */
    private byte @Nullable [] changed;

    Validation(Scope scope, Task<?, ?> task, AttemptContext context) {
        this.scope = scope;
        this.task = task;
        this.context = context;
    }

    /** Calls the body. What comes of the first time counts, unless the second is to be the same and is not. */
    @Nullable
    Object call(@Nullable Object payload) throws Exception {
        if (scope.effectValidation() == EffectValidation.DISABLED) {
            return run(payload, context);
        }
        changed = changed(payload);
        context.begin();
        TwoExecutions executions = new TwoExecutions(this);
        Object output;
        try {
            output = executions.first(noting -> run(payload, noting));
        } catch (Throwable error) { // of users, or what unwinds the body so that it may wait
            if (context.suspension() != null) {
                validate(executions);
            }
            throw error;
        }
        warnOfRepeated(executions.repeated());
        validate(executions);
        return output;
    }

    /** What is told apart by order is mixed up by an attempt in which the order is another, of which no second execution need tell. */
    private void warnOfRepeated(Map<String, Integer> steps) {
        if (steps.isEmpty() || scope.isStopping()) {
            return;
        }
        String names = steps.entrySet().stream()
                .map(step -> "'%s' %d times".formatted(step.getKey(), step.getValue()))
                .collect(Collectors.joining(", "));
        warn(
                "Steps are told apart by their order alone",
                "The body of task '%s' calls steps of one name without a key: %s. The order of calls tells them apart, so it must be the same in every attempt. Where it may not be, give each a key"
                        .formatted(task.id(), names));
    }

    @SuppressWarnings("unchecked") // it was read for that task
    private @Nullable Object run(@Nullable Object payload, RunContext as) throws Exception {
        return ((TaskBody<@Nullable Object, @Nullable Object>) task.body()).run(payload, as);
    }

    private void validate(TwoExecutions executions) {
        if (scope.isStopping() || !executions.isRepeatable()) {
            return;
        }
        Difference difference = executions.second(repeating -> run(payload(), repeating));
        if (difference == null || scope.isStopping()) { // a body that is to stop does not do the same
            return;
        }
        String message = difference.message(task.id());
        if (scope.effectValidation() == EffectValidation.ENABLED) {
            context.stay();
            throw new NotReplayableException(message, difference.error());
        }
        warn("A body cannot be replayed", message);
    }

    private void warn(String what, String reason) {
        context.log().warn("{}", reason);
        LOG.atWarn()
                .addKeyValue("run", scope.claim().run())
                .addKeyValue("reason", reason)
                .log(what);
    }

    /** Read anew: the body may have changed the other. */
    private @Nullable Object payload() {
        try {
            return changed == null ? read() : scope.codec().read(changed, task.payloadType());
        } catch (UnfitException e) {
            throw new IllegalStateException("A payload that was read can be read", e);
        }
    }

    private @Nullable Object read() throws UnfitException {
        return scope.contracts().of(task).read(scope.claim().payload());
    }

    private byte @Nullable [] changed(@Nullable Object payload) {
        if (scope.hooks().isEmpty() && task.hooks().isEmpty()) {
            return null;
        }
        try {
            byte[] now = scope.codec().write(payload, task.payloadType());
            boolean same = Arrays.equals(now, scope.codec().write(read(), task.payloadType()));
            return same || scope.codec().read(now, task.payloadType()) == null ? null : now;
        } catch (UnfitException | RuntimeException e) { // there is no way to tell; the second execution gets the run's
            return null;
        }
    }

    // ── what the executions ask for

    @Override
    public RunContext context() {
        return context;
    }

    @Override
    public RandomGenerator twin() throws InterruptedException {
        return context.twin();
    }

    @Override
    public NamedLock lock(String name) {
        return context.lockAgain(name);
    }

    @Override
    public Codec codec() {
        return scope.codec();
    }

    @Override
    public Thread start(Runnable code) {
        return context.start(code);
    }
}
