package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Limits;
import dev.errand.store.QueueEntry;
import dev.errand.store.copy.StoreCopy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Queues that take only so many pending runs, in a copy of their file. */
class CappedCopyTest {
    @AutoClose
    private final SqliteFixture fixture = new SqliteFixture();

    @AutoClose
    private final SqliteFixture there = new SqliteFixture();

    private static boolean hasIndex(SqliteFixture of) throws SQLException {
        try (Connection connection = of.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select 1 from sqlite_master where name = 'live_delayed'")) {
            return rows.next();
        }
    }

    private void copyWith(Limits limits) {
        SqliteStore store = SqliteStore.open(Location.of(Location.PREFIX + fixture.file()), Clock.systemUTC());
        store.queues().declare(List.of(new QueueEntry("mail", limits)));
        store.close();
        new StoreCopy(Location.PREFIX + fixture.file(), Location.PREFIX + there.file()).run(progress -> {});
    }

    @Test
    void aCopyCountsAsCheaplyAsWhatItWasMadeOf() throws SQLException {
        copyWith(Limits.none().maxPending(2));
        assertThat(hasIndex(fixture)).isTrue();
        assertThat(hasIndex(there)).isTrue();
    }

    @Test
    void aCopyWhereNothingIsCountedHasNoIndexForIt() throws SQLException {
        copyWith(Limits.none());
        assertThat(hasIndex(there)).isFalse();
    }
}
