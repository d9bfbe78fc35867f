package dev.errand.store.sqlite;

import dev.errand.QueueFullException;
import dev.errand.store.NewRun;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Something to do in a transaction of the writer's, and the answer to it. */
final class Command<T> {
    /** May be applied twice, if the transaction it shared was rolled back for another's sake. If a queue is full it has written nothing. */
    @FunctionalInterface
    interface Work<T> {
        T apply(Tx tx) throws SQLException;
    }

    private final Work<T> work;
    private final List<NewRun> arrivals;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable QueueFullException refusal;

    private Command(Work<T> work, List<NewRun> arrivals) {
        this.work = work;
        this.arrivals = arrivals;
    }

    static <T> Command<T> of(Work<T> work) {
        return new Command<>(work, List.of());
    }

    /** Stores runs. What several callers bring may be stored together, instead of applying each. */
    static Command<Integer> enqueue(List<NewRun> runs) {
        return new Command<>(tx -> Enqueueing.enqueue(tx, runs), runs);
    }

    /** The runs it stores; empty if it does something else. */
    List<NewRun> arrivals() {
        return arrivals;
    }

    void apply(Tx tx) throws SQLException {
        refusal = null;
        result = work.apply(tx);
    }

    /** As {@link #apply}. If there is no room for runs that it stores nothing was written, and the transaction goes on without. */
    void applyOrRefuse(Tx tx) throws SQLException {
        try {
            apply(tx);
        } catch (QueueFullException e) {
            refusal = e;
        }
    }

    /** To be called after the commit. */
    void complete() {
        if (refusal == null) {
            answer.complete(result);
        } else {
            answer.completeExceptionally(refusal);
        }
    }

    void fail(RuntimeException error) {
        answer.completeExceptionally(error);
    }

    CompletableFuture<T> answer() {
        return answer;
    }
}
