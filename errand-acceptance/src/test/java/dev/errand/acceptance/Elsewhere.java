package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What another thread does. */
record Elsewhere<T>(Thread thread, CompletableFuture<T> future) {
    interface Call<T> {
        T call() throws Exception;
    }

    static <T> Elsewhere<T> elsewhere(Call<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                answer.complete(call.call());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return new Elsewhere<>(thread, answer);
    }

    void awaitThatItWaits() throws InterruptedException {
        Soon.await("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        assertThat(future).isNotDone();
    }

    T answer() throws Exception {
        return future.get(Soon.SECONDS, TimeUnit.SECONDS);
    }
}
