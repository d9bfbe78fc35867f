package dev.errand.store.sql;

import dev.errand.Json;
import dev.errand.PublishedValue;
import dev.errand.RunId;
import dev.errand.SignalInfo;
import dev.errand.store.Inbox;
import dev.errand.store.Mailbox;
import dev.errand.store.SeenValue;
import dev.errand.store.format.Times;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Rows of signals, and of what runs publish. */
public final class SignalRows {
    private SignalRows() {}

    /** Columns: name, value, when it was sent. */
    public static SignalInfo signal(ResultSet row, ColumnForms forms) throws SQLException {
        return new SignalInfo(row.getString(1), json(row, 2, forms), Times.instant(row.getLong(3)));
    }

    /** Columns: name, value, when it was published. */
    public static PublishedValue published(ResultSet row, ColumnForms forms) throws SQLException {
        return new PublishedValue(row.getString(1), json(row, 2, forms), Times.instant(row.getLong(3)));
    }

    private static Json json(ResultSet row, int column, ColumnForms forms) throws SQLException {
        return new Json(new String(forms.json(row, column), StandardCharsets.UTF_8));
    }

    /** Columns: version of the mailbox, null for none; position and value of the first signal, null likewise. */
    public static Inbox inbox(ResultSet row, RunId run, String name, ColumnForms forms) throws SQLException {
        SeenValue seen = new SeenValue(Mailbox.of(run, name), row.getLong(1));
        Long position = Sql.nullable(row, 2);
        return new Inbox(seen, position == null ? null : new Inbox.Signal(position, forms.json(row, 3)));
    }
}
