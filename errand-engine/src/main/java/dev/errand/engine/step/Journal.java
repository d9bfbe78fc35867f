package dev.errand.engine.step;

import dev.errand.Failure;
import dev.errand.StepOptions;
import dev.errand.StepOptions.Calls;
import dev.errand.store.Receipt;
import dev.errand.store.StepEntry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Where an attempt finds what is kept of its run's steps, and where what becomes of them is kept: in the store, or for a body in a child
 * process with its node. Thread-safe; at most one call with a key is under way at a time.
 */
public interface Journal {
    /**
     * A call of a step.
     *
     * @param key what it is found by
     * @param name as the body calls it
     */
    record Call(String key, String name, StepOptions.Calls calls) {}

    /** What is to be done about a call. */
    sealed interface Beginning {
        /** To call the step's code. Of one at most once it is durable that it was begun. */
        record Due() implements Beginning {}

        /** To answer with what is kept. */
        record Done(byte[] result) implements Beginning {}

        /**
         * To refuse it: it is called at most once, and was.
         *
         * @param failure null if its process died in it
         */
        record Failed(int attempt, @Nullable Failure failure) implements Beginning {}

        /** To refuse it: the run is no longer the attempt's. */
        record Lost() implements Beginning {}

        /** What is to be done about a step that was kept; null if its code is due. */
        static @Nullable Beginning known(StepEntry entry, Calls calls) {
            byte[] result = entry.result();
            Failure failure = entry.failure();
            if (entry.endedAt() != null && failure == null) {
                return new Beginning.Done(result == null ? "null".getBytes(StandardCharsets.UTF_8) : result);
            }
            boolean again = calls == Calls.AT_LEAST_ONCE || (entry.endedAt() == null && failure != null);
            return again ? null : new Beginning.Failed(entry.attempt(), failure);
        }
    }

    /** What came of a step whose code was due, where that is to be kept. */
    sealed interface End {
        record Done(byte[] result) implements End {}

        /** It is not called again. */
        record Failed(Failure failure) implements End {}

        /** It may be called again. */
        record Again(Failure failure) implements End {}
    }

    /**
     * A step is called.
     *
     * @throws dev.errand.StoreException if what is kept cannot be read
     */
    CompletionStage<Beginning> begin(Call call);

    /** The code of a step that was due has ended. Completes when that is durable; it will be, if it can, though nobody waits for it. */
    CompletionStage<Receipt> end(Call call, End end);

    /**
     * The part of it that waits are kept in.
     *
     * @throws IllegalStateException if the body cannot wait, where it is
     */
    WaitJournal waits();

    /**
     * Begins the transaction that the code of a step is which was due, and whose end is not to be told besides.
     *
     * @throws IllegalStateException if there is no way to the store from here
     */
    OpenTransaction transaction(Call call) throws InterruptedException;
}
