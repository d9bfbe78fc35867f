package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tree of runs is one in the store it is moved to, too. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopiedTreeTest {
    private static final String POSTGRES =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();

    private final Task<Integer, Integer> task = Task.named("deeper", Integer.class, Integer.class)
            .run((depth, run) -> {
                if (depth > 0) {
                    run.invoke("deeper", depth - 1, TriggerOptions.none());
                }
                return depth;
            });

    private String sqlite(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db");
    }

    private TestErrand open(String url) {
        return TestErrand.open(clock, settings -> settings.store(url).tasks(task));
    }

    @Test
    void itsRootAndItsParentsAreTheSame() throws InterruptedException {
        // given
        RunId root;
        List<RunInfo> tree;
        try (TestErrand first = open(sqlite("first"))) {
            root = first.finish(first.errand().trigger(task, 3)).id();
            tree = first.errand().runs(RunQuery.all().root(root)).items();
        }
        assertThat(tree).hasSize(3).extracting(RunInfo::root).containsOnly(root);
        // when
        new StoreCopy(sqlite("first"), POSTGRES).run(progress -> {});
        new StoreCopy(POSTGRES, sqlite("second")).run(progress -> {});
        // then
        for (String url : List.of(POSTGRES, sqlite("second"))) {
            try (TestErrand there = open(url)) {
                List<RunInfo> copied =
                        there.errand().runs(RunQuery.all().root(root)).items();
                assertThat(copied).extracting(RunInfo::id).isEqualTo(ids(tree));
                assertThat(copied).extracting(RunInfo::parent).isEqualTo(parents(tree));
            }
        }
    }

    private static List<RunId> ids(List<RunInfo> runs) {
        return runs.stream().map(RunInfo::id).toList();
    }

    private static List<Object> parents(List<RunInfo> runs) {
        return runs.stream().<Object>map(RunInfo::parent).toList();
    }
}
