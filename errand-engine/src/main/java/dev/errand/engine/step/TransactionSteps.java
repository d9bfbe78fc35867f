package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.TransactionBody;
import dev.errand.store.Receipt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls the code of steps that are transactions, again where the database broke one off for the sake of others. */
final class TransactionSteps {
    private static final int MOST_TRIES = 5;
    private static final int PAUSE_MILLIS = 10;

    private final RunId run;
    private final Journal journal;

    TransactionSteps(RunId run, Journal journal) {
        this.run = run;
        this.journal = journal;
    }

    /**
     * Calls the code of a step that is due, and commits what it wrote with its result.
     *
     * @param written makes of a result what is kept, or refuses it
     */
    <X extends Exception> void perform(
            Journal.Call call, TransactionBody<?, X> body, Function<@Nullable Object, byte[]> written)
            throws X, InterruptedException {
        for (int tries = 1; !this.<X>tried(call, body, written, tries == MOST_TRIES); tries++) {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1, PAUSE_MILLIS * tries + 1));
        }
    }

    /** False if it is to be done again. */
    private <X extends Exception> boolean tried(
            Journal.Call call, TransactionBody<?, X> body, Function<@Nullable Object, byte[]> written, boolean last)
            throws X, InterruptedException {
        try (OpenTransaction transaction = journal.transaction(call)) {
            byte[] result;
            try {
                result = written.apply(body.run(transaction));
            } catch (Throwable error) { // code of users may throw anything
                StoreException brokenOff = transaction.brokenOff();
                if (brokenOff != null) {
                    brokenOff.addSuppressed(error);
                    throw brokenOff;
                }
                if (last || !transaction.isPassing(error)) {
                    throw error;
                }
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("Transaction '" + call.name()
                        + "' was rolled back: the thread was interrupted before the commit");
            }
            Receipt receipt = transaction.commit(result);
            if (receipt == Receipt.LOST) {
                throw new ClaimLostException(run);
            }
            if (receipt == null && last) {
                throw new StoreException(
                        "Transaction '%s' of run %s was broken off %d times for the sake of others, by a deadlock or a serialization failure"
                                .formatted(call.name(), run, MOST_TRIES));
            }
            return receipt != null;
        }
    }
}
