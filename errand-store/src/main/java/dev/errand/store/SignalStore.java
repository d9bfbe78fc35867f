package dev.errand.store;

import dev.errand.PublishedValue;
import dev.errand.RunId;
import dev.errand.SignalAnswer;
import dev.errand.SignalInfo;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What is said to runs that have not ended, and what their bodies publish. Who waits for a signal waits for a value to change of which {@link Inbox}
 * tells, see {@link Mailbox}. A signal is received by {@link Report.Journaled}.
 */
public interface SignalStore {
    /**
     * Sends a run a signal, after all of its name that were sent before, and has it go on if it waits for that.
     *
     * @param json in UTF-8
     * @throws dev.errand.StoreException if the store could not be reached; it may or may not have been sent. Also if a transaction of somebody
     *     else's that has sent the run one stays open for long, or the thread is interrupted while it is: nothing was sent
     */
    SignalAnswer send(RunId run, String name, byte[] json);

    /**
     * The same within a caller's transaction: it is sent from its commit on, or never. Until then nobody else sends this run a signal; others
     * wait for nothing.
     *
     * @param connection with auto-commit off
     * @param known asked of a run that this transaction does not see where others may have triggered it in a transaction that is still open:
     *     waits for that one, and says whether there is such a run
     * @throws IllegalArgumentException if it leads to another database than the store's
     * @throws dev.errand.StoreException also if the run is known and this transaction cannot see it, as what it reads is older
     */
    SignalAnswer send(Connection connection, RunId run, String name, byte[] json, BooleanSupplier known)
            throws SQLException;

    /**
     * The first signal of a name that a run has not received.
     *
     * @param after the last that is being received, whether or not that is done yet; 0 for none
     */
    Inbox look(RunId run, String name, long after);

    /** What a run has not received, in the order in which it was sent. */
    List<SignalInfo> unreceived(RunId run);

    /** What its body has published, by name. */
    List<PublishedValue> published(RunId run);
}
