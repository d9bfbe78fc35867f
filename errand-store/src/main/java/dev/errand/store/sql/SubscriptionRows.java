package dev.errand.store.sql;

import dev.errand.SubscriptionInfo;
import dev.errand.store.format.Documents;
import dev.errand.store.format.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/** Rows of durable subscriptions. */
public final class SubscriptionRows {
    /** Of {@link #info}. */
    public static final String COLUMNS =
            "name, created, node, acknowledged, acknowledged_at, missed, failures, failure";

    private static final long EPOCHS = 1L << 52;

    private SubscriptionRows() {}

    /** The epoch of one that is new; by chance, so that no claim of one of its name that was removed is taken for a claim of this one. */
    public static long firstEpoch() {
        return ThreadLocalRandom.current().nextLong(EPOCHS);
    }

    public static SubscriptionInfo info(ResultSet row) throws SQLException {
        return new SubscriptionInfo(
                row.getString(1),
                Times.instant(row.getLong(2)),
                Sql.nullable(row, 3),
                row.getLong(4),
                Times.instant(Sql.nullable(row, 5)),
                row.getLong(6),
                row.getLong(7),
                Documents.failure(row.getString(8)));
    }
}
