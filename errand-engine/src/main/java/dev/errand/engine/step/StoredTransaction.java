package dev.errand.engine.step;

import dev.errand.ClaimLostException;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.Receipt;
import dev.errand.store.Report;
import dev.errand.store.StoreTransaction;
import dev.errand.store.TransactionStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction in the store. A commit that failed is never taken for one that was not made, nor is one whose answer is missing: the store
 * is asked what is kept, until it answers.
 */
final class StoredTransaction implements OpenTransaction {
    /** The journal, as far as a transaction needs it. */
    interface Keeping {
        /** What is to be written of a step that returned this. */
        Report.Journaled ended(Journal.Call call, byte[] result);

        /** It is written. */
        void kept(Journal.Call call, Report.Journaled report);

        /** It may be written: this is to be found out before its code is called again. Nothing if null. */
        void unsettled(Journal.Call call, Report.@Nullable Journaled report);
    }

    private static final Logger LOG = LoggerFactory.getLogger(StoredTransaction.class);
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final Journal.Call call;
    private final TransactionStore store;
    private final StoreTransaction transaction;
    private final Keeping keeping;
    private final BooleanSupplier isLost;
    private final Consumer<Receipt> heard;

    /**
     * Begins.
     *
     * @param isLost whether the attempt has lost its run
     * @param heard told what the store says
     */
    StoredTransaction(
            Journal.Call call, TransactionStore store, Keeping keeping, BooleanSupplier isLost, Consumer<Receipt> heard)
            throws InterruptedException {
        this.call = call;
        this.store = store;
        this.transaction = store.begin();
        this.keeping = keeping;
        this.isLost = isLost;
        this.heard = heard;
    }

    @Override
    public Connection connection() {
        return transaction.connection();
    }

    @Override
    public @Nullable Receipt commit(byte[] result) throws InterruptedException {
        Report.Journaled report = keeping.ended(call, result);
        Receipt receipt;
        try {
            receipt = isLost.getAsBoolean() ? Receipt.LOST : transaction.commit(report);
        } catch (SQLException e) {
            if (transaction.isPassing(e)) {
                return null;
            }
            receipt = afterFailure(report, e);
        }
        if (receipt == Receipt.RECORDED) {
            keeping.kept(call, report);
        } else {
            heard.accept(receipt);
        }
        return receipt;
    }

    private Receipt afterFailure(Report.Journaled report, SQLException error) throws InterruptedException {
        StoreException brokenOff = transaction.brokenOff();
        transaction.close(); // or it would wait for itself
        if (brokenOff != null) {
            throw brokenOff;
        }
        keeping.unsettled(call, report);
        Optional<Receipt> settled = settle(report, error);
        keeping.unsettled(call, null);
        return settled.orElseThrow(() -> failed(report.claim().run(), error));
    }

    private StoreException failed(RunId run, SQLException error) {
        return new StoreException(
                "Transaction '%s' of run %s was rolled back at its commit: %s"
                        .formatted(call.name(), run, error.getMessage()),
                error);
    }

    private Optional<Receipt> settle(Report.Journaled report, SQLException error) throws InterruptedException {
        for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS)) {
            try {
                return store.settle(report);
            } catch (StoreException e) {
                if (isLost.getAsBoolean()) {
                    ClaimLostException lost =
                            new ClaimLostException(report.claim().run());
                    lost.addSuppressed(error);
                    throw lost;
                }
                LOG.atWarn()
                        .addKeyValue("run", report.claim().run())
                        .addKeyValue("step", call.name())
                        .addKeyValue("reason", String.valueOf(e.getMessage()))
                        .log("Whether a transaction was committed could not be found out, trying again");
                TimeUnit.MILLISECONDS.sleep(pause);
            }
        }
    }

    @Override
    public boolean isPassing(Throwable error) {
        return transaction.isPassing(error);
    }

    @Override
    public @Nullable StoreException brokenOff() {
        return transaction.brokenOff();
    }

    @Override
    public void close() {
        transaction.close();
    }
}
