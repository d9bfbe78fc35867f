package dev.errand.client;

import dev.errand.AwaitTimeoutException;
import dev.errand.Json;
import dev.errand.RunResult;
import dev.errand.Subscription;
import dev.errand.json.ValueJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The ways to wait for the end of a run. */
final class RunWaits<O extends @Nullable Object> {
    private final Connected client;
    private final RemoteRun<O> run;

    RunWaits(Connected client, RemoteRun<O> run) {
        this.client = client;
        this.run = run;
    }

    O await(Duration timeout) throws InterruptedException {
        return switch (result(timeout)) {
            case RunResult.Completed<O>(var id, var output) -> output;
            case RunResult.Unsuccessful<O> bad -> throw bad.error();
            case RunResult.Unfinished<O>(var id, var state) -> throw new AwaitTimeoutException(id, state, timeout);
        };
    }

    /** One that the server retries by hand meanwhile has not ended. */
    RunResult<O> result(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + Pauses.nanos(timeout);
        RunResult<O> result;
        long left;
        do {
            left = end - System.nanoTime();
            client.ends().all(List.of(run.id()), Duration.ofNanos(Math.max(0, left)));
            result = run.resultNow();
        } while (left > 0 && result instanceof RunResult.Unfinished<O>);
        return result;
    }

    /** However long it takes, and however often the server is away. */
    private RunResult<O> end() throws InterruptedException {
        RunResult<O> result = client.background().untilAnswered(run::resultNow);
        while (result instanceof RunResult.Unfinished<O>) {
            client.background().patiently(() -> client.ends().all(List.of(run.id()), Ends.LONGEST));
            result = client.background().untilAnswered(run::resultNow);
        }
        return result;
    }

    CompletionStage<O> future() {
        CompletableFuture<O> future = new CompletableFuture<>();
        run.state(); // or there is no such run
        client.background().start("future", () -> complete(future));
        return future;
    }

    private void complete(CompletableFuture<O> future) throws InterruptedException {
        try {
            future.complete(end().unwrap());
        } catch (RuntimeException e) { // unsuccessful, purged, or an output that does not fit its type
            future.completeExceptionally(e);
        } finally {
            future.completeExceptionally(
                    new IllegalStateException("The client was closed before " + run.id() + " ended"));
        }
    }

    Subscription onFinish(Consumer<RunResult<O>> handler, Executor executor) {
        run.state(); // or there is no such run
        return client.background().start("finish", () -> {
            RunResult<O> result = end();
            Calls.call(executor, "the end of " + run.id(), () -> handler.accept(result));
        });
    }

    @Nullable
    Object consume(Duration timeout) throws InterruptedException {
        RunResult<O> result = result(timeout);
        List<Json> items = new ArrayList<>(run.emitted());
        if (result instanceof RunResult.Completed<O>) {
            Json output = run.info().output();
            if (output != null && !output.isNull()) {
                items.add(output);
            }
        }
        run.forcePurge();
        List<@Nullable Object> values = new ArrayList<>();
        items.forEach(item -> values.add(ValueJson.natural(item)));
        return values.size() < 2 ? (values.isEmpty() ? null : values.getFirst()) : values;
    }
}
