package dev.errand.store.postgres;

import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.store.Mailbox;
import java.sql.SQLException;

/**
 * A signal that is being sent, by one try after the other: if the answer to a commit is lost, the next one looks whether it was made. The signal is known
 * again by its position, as long as nobody has received it; and by its mailbox, as long as no other was sent under its name.
 */
final class Sending {
    /** It locks the row: so its own commit is durable no sooner than the one that it finds, also on a standby. */
    private static final String FIND = """
            select version, at, (select at from errand.signal where run = ? and name = ? and position = ?)
              from errand.value
             where subject = ?
               for key share
            """;

    private final RunId run;
    private final String name;
    private final byte[] json;
    private long position;
    private long at;

    /** Nothing is written yet. */
    Sending(RunId run, String name, byte[] json) {
        this.run = run;
        this.name = name;
        this.json = json;
    }

    RunId run() {
        return run;
    }

    String name() {
        return name;
    }

    byte[] json() {
        return json;
    }

    /** It is about to be committed, with that position. */
    void written(long newPosition, long now) {
        position = newPosition;
        at = now;
    }

    /**
     * Whether what was written was committed. Under the lock of the run, which is free once the server knows what became of that.
     *
     * @throws StoreException if that cannot be told any more
     */
    boolean isSent(Tx tx) throws SQLException {
        if (position == 0) {
            return false;
        }
        return tx.sql(FIND)
                .setObject(Ids.uuid(run))
                .set(name)
                .set(position)
                .setObject(ValueRows.subject(Mailbox.of(run, name)))
                .first(row -> isSent(row.getLong(1), row.getLong(2), row.getLong(3)))
                .orElse(false);
    }

    /**
     * @param latest the position of the last that was sent under this name, at that time
     * @param found when the one with this position was, 0 if it is not there. A server that did not have this one may have given its position anew, but
     *     not for the same moment
     */
    private boolean isSent(long latest, long latestAt, long found) {
        if (found == at || (latest == position && latestAt == at)) {
            return true;
        }
        if (latest < position) {
            return false;
        }
        throw new StoreException("Whether run %s was sent a signal '%s' is not known: others have sent it more since"
                .formatted(run, name));
    }
}
