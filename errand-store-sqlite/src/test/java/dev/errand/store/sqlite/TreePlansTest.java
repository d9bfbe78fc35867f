package dev.errand.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.store.NewRun;
import dev.errand.store.NewRuns;
import dev.errand.store.RunOptions;
import dev.errand.store.TestClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of runs is walked down an index that has an entry for each run below another, and none for all the rest. */
class TreePlansTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();

    private String url() {
        return Location.PREFIX + folder.resolve("errand.db");
    }

    private List<String> ask(String query) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int last = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                answers.add(rows.getString(last));
            }
        }
        return answers;
    }

    private static String walk(String ancestor) {
        return "select number from run where %s = 'run_0' and %s is not null and number < 1000 order by number desc limit 20"
                .formatted(ancestor, ListFilter.PARENT);
    }

    @Test
    void aPageCostsAPageAndARunWithoutParentNothing() throws SQLException {
        RunId root = RunId.next();
        try (SqliteStore store = SqliteStore.open(Location.of(url()), clock)) {
            List<NewRun> runs = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                NewRuns run = NewRuns.of("greet", clock);
                RunOptions options = switch (i % 3) {
                    case 0 -> RunOptions.NONE;
                    case 1 -> NewRuns.metadata("{\"i\":" + i + "}");
                    default -> RunOptions.NONE.under(RunId.next(), root);
                };
                runs.add(run.options(options).build());
            }
            store.enqueue(runs);
        }
        assertThat(ask("explain query plan " + walk(ListFilter.PARENT)))
                .hasSize(1)
                .allMatch(step -> step.contains("run_parent") && !step.contains("SORT"));
        assertThat(ask("explain query plan " + walk(ListFilter.ROOT)))
                .hasSize(1)
                .allMatch(step -> step.contains("run_root") && !step.contains("SORT"));
        for (String index : List.of("run_parent", "run_root")) {
            assertThat(ask("select count(*) from run indexed by " + index + " where " + ListFilter.PARENT
                            + " is not null"))
                    .containsExactly("100");
        }
    }
}
