package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class EventLogTest extends AwaitedStore {
    @Test
    void thePlaceOfATimeIsLookedForWithoutReadingTheLog() throws SQLException {
        assertThat(plan(EventLog.NEXT)).containsExactly("SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
    }
}
