package dev.errand.engine.attempt;

import dev.errand.ClaimLostException;
import dev.errand.StoreException;
import dev.errand.engine.json.UnfitException;
import dev.errand.engine.transaction.UserTransactions;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a run in a transaction of its body's. Whether that transaction is committed nobody here ever hears; it need not be
 * known either: when the body has ended its end is recorded as always, which changes nothing for a run whose end is committed. What the
 * body noted goes with the transaction, and is sent once more with that end.
 */
final class Completion {
    /** What is on its way to the store either arrives at once, or not before the body's transaction lets it. */
    private static final long CONFIRMED_WITHIN_MILLIS = 30;

    private Completion() {}

    static void write(Attempt attempt, Connection connection, @Nullable Object output) {
        byte[] json = json(attempt, output);
        try {
            UserTransactions.check(connection);
            write(attempt, connection, attempt.settlement().completing(json));
        } catch (SQLException e) {
            attempt.settlement().notCompleting();
            throw new StoreException(
                    "Run %s was not completed in this transaction; roll it back: %s"
                            .formatted(attempt.claim().run(), e.getMessage()),
                    e);
        } catch (RuntimeException e) {
            attempt.settlement().notCompleting();
            throw e;
        }
    }

    private static void write(Attempt attempt, Connection connection, Report.Ended end) throws SQLException {
        Receipt receipt = attempt.surroundings().store().complete(connection, () -> noted(attempt), end);
        if (receipt == Receipt.LOST) {
            throw new ClaimLostException(attempt.claim().run());
        }
    }

    private static Report.@Nullable Noted noted(Attempt attempt) {
        Notes notes = attempt.notes().written();
        try {
            return notes == null ? null : notes.unconfirmed(attempt.claim(), CONFIRMED_WITHIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClaimLostException(attempt.claim().run());
        }
    }

    private static byte[] json(Attempt attempt, @Nullable Object output) {
        byte[] json;
        try {
            json = attempt.surroundings().codec().write(output, attempt.outputType());
        } catch (UnfitException e) {
            throw new IllegalArgumentException("The output cannot be written as JSON: " + e.reason(), e);
        }
        String tooLarge = attempt.tooLarge(json);
        if (tooLarge != null) {
            throw new IllegalArgumentException(tooLarge);
        }
        return json;
    }
}
