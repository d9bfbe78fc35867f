package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** How long a process may stand still in the midst of a transaction of ours, on connections that others use in turn. */
class BriefTransactionTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();

    @ParameterizedTest
    @EnumSource
    void theServerEndsItBehindAPooler(Plans plans) throws Exception {
        assertBrief(
                new StoreSettings(server.url(database) + "&errand.notify=off", null, Map.of(), Clock.systemUTC()),
                plans);
    }

    @ParameterizedTest
    @EnumSource
    void theServerEndsItOnConnectionsOfTheUsers(Plans plans) throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.url(database));
        assertBrief(new StoreSettings(server.url(database), source, Map.of(), Clock.systemUTC()), plans);
    }

    private static void assertBrief(StoreSettings settings, Plans plans) throws Exception {
        try (Database connection = new Connections(Settings.of(settings)).openToWork(plans)) {
            for (int times = 0; times < 2; times++) {
                connection.begin();
                assertThat(longestPause(connection)).isEqualTo("5s");
                connection.commit();
                assertThat(longestPause(connection)).isEqualTo("0");
            }
        }
    }

    private static String longestPause(Database connection) throws SQLException {
        return connection
                .sql("select current_setting('idle_in_transaction_session_timeout')")
                .first(row -> row.getString(1))
                .orElseThrow();
    }
}
