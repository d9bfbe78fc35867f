package dev.errand.engine.attempt;

import dev.errand.FailureKind;
import dev.errand.RetryDecision;
import dev.errand.TaskHooks;
import dev.errand.engine.record.Outcome;
import dev.errand.engine.step.Caller;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls the hooks around a body, in the order that {@link TaskHooks} states, and finds out what came of the attempt. */
final class Lifecycle {
    @FunctionalInterface
    private interface Call {
        void on(TaskHooks<@Nullable Object, @Nullable Object> hooks) throws Exception;
    }

    private final Scope scope;
    private final Body body;
    private final AttemptContext context;
    private final @Nullable Object payload;
    private final List<TaskHooks<@Nullable Object, @Nullable Object>> hooks;
    private final int ofEngine;
    private final CompletableFuture<@Nullable Void> bodyEnd = new CompletableFuture<>();
    private volatile @Nullable Thread cancelling;
    private @Nullable Outcome outcome;
    private boolean completed;

    /**
     * Nothing is called yet.
     *
     * @param hooks the engine's, then the task's
     * @param ofEngine how many of them are the engine's
     */
    Lifecycle(
            Scope scope,
            Body body,
            AttemptContext context,
            @Nullable Object payload,
            List<TaskHooks<@Nullable Object, @Nullable Object>> hooks,
            int ofEngine) {
        this.scope = scope;
        this.body = body;
        this.context = context;
        this.payload = payload;
        this.hooks = hooks;
        this.ofEngine = ofEngine;
        context.hooked(this);
    }

    Outcome run() {
        enter(0);
        return outcome == null ? scope.stopped() : outcome;
    }

    // ── from the outermost middleware to the body

    private void enter(int depth) {
        if (depth == hooks.size()) {
            inner();
            return;
        }
        TaskHooks<@Nullable Object, @Nullable Object> outer = hooks.get(depth);
        boolean[] proceeded = {false};
        try {
            outer.middleware(payload, context, () -> {
                if (proceeded[0]) {
                    throw new IllegalStateException("The middleware " + name(outer) + " called next twice");
                }
                proceeded[0] = true;
                enter(depth + 1);
            });
            if (!proceeded[0]) {
                throw new IllegalStateException("The middleware " + name(outer) + " did not call next");
            }
        } catch (Throwable error) { // code of users
            fail(error);
        }
    }

    private void inner() {
        try {
            init();
            if (scope.bookmark() == null) {
                as(Caller.START, this::start);
            }
            Object output = body.call(payload);
            succeed(body.returned(output), output);
        } catch (Throwable error) { // code of users
            fail(error);
        }
        cleanUp();
    }

    private interface Part {
        void run() throws Exception;
    }

    /** Calls hooks that are not called again when the body is, after a wait. */
    private void as(Caller caller, Part part) throws Exception {
        context.caller(caller);
        try {
            part.run();
        } finally {
            context.caller(Caller.BODY);
        }
    }

    private void start() throws Exception {
        for (TaskHooks<@Nullable Object, @Nullable Object> each : hooks) {
            if (context.attempt() == 1) {
                each.onStart(payload, context);
            }
        }
        for (TaskHooks<@Nullable Object, @Nullable Object> each : hooks) {
            each.onStartAttempt(payload, context);
        }
    }

    // ── around waits

    void waiting() {
        around(hook -> hook.onWait(payload, context));
    }

    void resumed() {
        around(hook -> hook.onResume(payload, context));
    }

    /** What they throw is thrown as if the body had thrown it. */
    private void around(Call call) {
        for (TaskHooks<@Nullable Object, @Nullable Object> each : hooks) {
            try {
                as(Caller.WAIT, () -> call.on(each));
            } catch (Exception e) { // code of users
                throw Lifecycle.<RuntimeException>asIs(e);
            }
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // the one way to throw what the caller does not declare
    private static <X extends Exception> X asIs(Exception e) throws X {
        throw (X) e;
    }

    private void init() throws Exception {
        Map<String, Object> all = new LinkedHashMap<>();
        for (TaskHooks<@Nullable Object, @Nullable Object> each : hooks) {
            if (each.init(payload, context) instanceof Map<?, ?> map
                    && map.keySet().stream().allMatch(String.class::isInstance)) {
                map.forEach((key, value) -> all.put((String) key, value));
                context.initialized(all);
            }
        }
    }

    // ── what came of it

    private void succeed(Outcome.Returned returned, @Nullable Object output) {
        if (suspended()) {
            return;
        }
        outcome = returned;
        if (!scope.isGivenUp()) {
            each("onSuccess", hook -> hook.onSuccess(payload, output, context));
            complete(new TaskHooks.Result<>(output, null));
        }
    }

    /** Whether the body was unwound to wait, whatever it made of that. */
    private boolean suspended() {
        Outcome waits = body.waits();
        if (waits != null) {
            outcome = waits;
        }
        return waits != null;
    }

    /** Of the attempt that is stopped nobody is asked; of one that has failed already only the first error counts; one that waits goes on. */
    private void fail(Throwable thrown) {
        if (outcome instanceof Outcome.Waits) {
            context.log().error("After the body was unwound to wait", thrown);
            return;
        }
        if (suspended()) {
            return;
        }
        if (scope.isStopping()) {
            outcome = scope.stopped();
        } else if (outcome instanceof Outcome.Threw) {
            context.log().error("After the attempt had failed", thrown);
        } else {
            judge(thrown);
        }
    }

    private void judge(Throwable thrown) {
        RetryDecision decision;
        try {
            decision = body.asksNobody(thrown) ? null : caught(thrown);
        } catch (Throwable handler) { // code of users
            handler.addSuppressed(thrown);
            outcome = body.failed(FailureKind.HANDLER, handler);
            return;
        }
        Failures.Judged judged = switch (decision) {
            case null -> body.judge(thrown);
            case RetryDecision.Replacing(var inner, var other) ->
                new Failures.Judged(other, body.failed(FailureKind.ERROR, other, inner));
            default -> new Failures.Judged(thrown, body.failed(FailureKind.ERROR, thrown, decision));
        };
        Throwable error = judged.error();
        outcome = judged.outcome();
        each("onError", hook -> hook.onError(payload, error, context));
        if (scope.verdicts().isLast(judged.outcome(), scope.now())) {
            each("onFailure", hook -> hook.onFailure(payload, error, context));
            complete(new TaskHooks.Result<>(null, error));
        }
    }

    /** What the first hook decides that decides anything: the task's own, then the engine's. */
    private @Nullable RetryDecision caught(Throwable error) throws Exception {
        TaskHooks.FailedAttempt failed = scope.verdicts().failed(error);
        List<TaskHooks<@Nullable Object, @Nullable Object>> asked =
                new ArrayList<>(hooks.subList(ofEngine, hooks.size()));
        asked.addAll(hooks.subList(0, ofEngine));
        for (TaskHooks<@Nullable Object, @Nullable Object> each : asked) {
            RetryDecision decision = each.catchError(payload, failed, context);
            if (decision != null) {
                return decision;
            }
        }
        return null;
    }

    private void complete(TaskHooks.Result<@Nullable Object> result) {
        if (!completed) {
            completed = true;
            each("onComplete", hook -> hook.onComplete(payload, result, context));
        }
    }

    private void cleanUp() {
        for (TaskHooks<@Nullable Object, @Nullable Object> each : hooks) {
            if (!scope.isGivenUp()) {
                try {
                    each.cleanup(payload, context);
                } catch (Throwable error) { // code of users
                    fail(error);
                }
            }
        }
    }

    /** Calls one hook of all; what they throw is written down and changes nothing. */
    private void each(String what, Call call) {
        for (TaskHooks<@Nullable Object, @Nullable Object> each : hooks) {
            try {
                call.on(each);
            } catch (Throwable error) { // code of users
                context.log().error("The hook {} of {} failed", what, name(each), error);
            }
        }
    }

    private static String name(Object hooks) {
        return hooks.getClass().getName();
    }

    // ── a cancel

    /** Any thread. */
    void cancelled() {
        Thread thread = Thread.ofVirtual()
                .name("errand-cancel")
                .unstarted(() -> each("onCancel", hook -> hook.onCancel(payload, bodyEnd, context)));
        cancelling = thread;
        thread.start();
    }

    /** The body has ended; waits for those who were told of a cancel. */
    void ended() {
        bodyEnd.complete(null);
        Thread thread = cancelling;
        boolean interrupted = Thread.interrupted();
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
