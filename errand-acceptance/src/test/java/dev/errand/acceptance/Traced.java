package dev.errand.acceptance;

import dev.errand.RunContext;
import dev.errand.TaskHooks;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Hooks that write down that they were called, with a name before each; for tests, which override what is to do more. */
class Traced implements TaskHooks<@Nullable Object, @Nullable Object> {
    private final String name;
    private final List<String> trace;

    Traced(String name, List<String> trace) {
        this.name = name;
        this.trace = trace;
    }

    void write(String what) {
        trace.add(name + what);
    }

    @Override
    public void middleware(@Nullable Object payload, RunContext run, Next next) throws Exception {
        write("before");
        next.proceed();
        write("after");
    }

    @Override
    public @Nullable Object init(@Nullable Object payload, RunContext run) throws Exception {
        write("init");
        return Map.of();
    }

    @Override
    public void onStart(@Nullable Object payload, RunContext run) throws Exception {
        write("onStart");
    }

    @Override
    public void onStartAttempt(@Nullable Object payload, RunContext run) throws Exception {
        write("onStartAttempt");
    }

    @Override
    public void onSuccess(@Nullable Object payload, @Nullable Object output, RunContext run) throws Exception {
        write("onSuccess");
    }

    @Override
    public void onError(@Nullable Object payload, Throwable error, RunContext run) throws Exception {
        write("onError");
    }

    @Override
    public void onFailure(@Nullable Object payload, Throwable error, RunContext run) throws Exception {
        write("onFailure");
    }

    @Override
    public void onComplete(@Nullable Object payload, Result<@Nullable Object> result, RunContext run) throws Exception {
        write("onComplete");
    }

    @Override
    public void cleanup(@Nullable Object payload, RunContext run) throws Exception {
        write("cleanup");
    }

    @Override
    public void onCancel(@Nullable Object payload, CompletionStage<?> end, RunContext run) throws Exception {
        write("onCancel");
    }
}
