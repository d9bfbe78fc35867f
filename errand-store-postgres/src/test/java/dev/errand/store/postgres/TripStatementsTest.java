package dev.errand.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.store.StoreSettings;
import dev.errand.store.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.Collections;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the server means to carry out what ends many runs at once, puts many to sleep, or writes many steps. */
class TripStatementsTest {
    private static final Pattern PARAMETER = Pattern.compile("\\?");
    private static PostgresServer server;
    private static String url;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(Map.of());
        url = server.url(server.createDatabase());
        StoreSettings settings = new StoreSettings(url, null, Map.of(), Clock.systemUTC());
        PostgresStore.open(Settings.of(settings), Clock.systemUTC()).close();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Ends.PLAIN,
                Ends.ANY,
                Ends.PLACED,
                Apart.SET_APART,
                Journal.WRITE,
                Journal.WRITE_APART,
                Waits.KEEP,
                AwaitedRows.LOCK,
                AwaitedTokens.LOCK
            })
    void comparesNoManyWithMany(String sql) throws Exception {
        int[] number = {0};
        String numbered = PARAMETER.matcher(sql).replaceAll(found -> "\\$" + ++number[0]);
        StringBuilder plan = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(url + "&preferQueryMode=simple");
                Statement statement = connection.createStatement()) {
            statement.execute(Plans.FEW.set());
            statement.execute("prepare ends as " + numbered);
            String nothing = String.join(", ", Collections.nCopies(number[0], "null"));
            try (ResultSet rows = statement.executeQuery("explain execute ends (" + nothing + ")")) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
        }

        // A nested loop without an index on its inner side has one.
        assertThat(plan).contains(way(sql)).doesNotContain("Join Filter");
    }

    private static String way(String sql) {
        return switch (sql) {
            case Journal.WRITE_APART, AwaitedRows.LOCK, AwaitedTokens.LOCK -> "Index Scan";
            case Waits.KEEP -> "Tid Scan";
            default -> "hashed SubPlan";
        };
    }
}
