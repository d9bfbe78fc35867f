package dev.errand.store.sqlite;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Something to do in a transaction of the writer's, and the answer to it. */
final class Command<T> {
    /** May be applied twice, if the transaction it shared was rolled back for another's sake. */
    @FunctionalInterface
    interface Work<T> {
        T apply(Tx tx) throws SQLException;
    }

    private final Work<T> work;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;

    Command(Work<T> work) {
        this.work = work;
    }

    void apply(Tx tx) throws SQLException {
        result = work.apply(tx);
    }

    /** To be called after the commit. */
    void complete() {
        answer.complete(result);
    }

    void fail(RuntimeException error) {
        answer.completeExceptionally(error);
    }

    CompletableFuture<T> answer() {
        return answer;
    }
}
