package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.StoreException;
import dev.errand.Task;
import dev.errand.store.copy.CopyCounts;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store is moved while nobody works on it, from nor to where it goes. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopyInUseTest {
    private static final String POSTGRES =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());
    private static final Task<Integer, Integer> WAITS =
            Task.named("waits", Integer.class, Integer.class).run((payload, run) -> payload);

    @TempDir
    private Path folder;

    private String sqlite(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db");
    }

    private static CopyCounts copy(String from, String to) {
        return new StoreCopy(from, to).run(progress -> {});
    }

    /** A node, though one without the code of what it triggers. */
    private static Errand use(String url) {
        Errand errand = Errand.builder().store(url).tasks(WAITS).concurrency(1).open();
        errand.withdraw(WAITS.id());
        return errand;
    }

    private static void assertRefused(String from, String to) {
        assertThatExceptionOfType(StoreException.class)
                .isThrownBy(() -> copy(from, to))
                .withMessageMatching("jdbc:\\S*used\\S* is in use by node .*; end all its nodes.*");
    }

    @Test
    void aStoreInUseIsNeitherReadNorFilled() {
        List<String> used = List.of(sqlite("used"), POSTGRES + "&errand.schema=used");
        List<String> drained = List.of(sqlite("drained"), POSTGRES + "&errand.schema=drained");
        for (String url : drained) {
            try (Errand errand = use(url)) {
                errand.trigger(WAITS, 1);
            }
        }
        for (String url : used) {
            try (Errand inUse = use(url)) {
                inUse.trigger(WAITS, 1);
                assertRefused(url, sqlite("elsewhere"));
                for (String from : drained) {
                    assertRefused(from, url);
                }
                assertThat(inUse.runs(RunQuery.all()).items()).hasSize(1);
            }
        }
        assertThat(folder.resolve("elsewhere.db")).doesNotExist();
        assertThat(copy(used.getFirst(), sqlite("elsewhere")).runs())
                .as("when its nodes have ended")
                .isOne();
        assertThat(copy(used.getLast(), sqlite("elsewhere too")).runs()).isOne();
    }

    @Test
    void versionsOfNodesThatWereAtTheEmptyStoreAreForgotten() throws InterruptedException {
        RunId run;
        try (Errand errand = Errand.builder()
                .store(sqlite("with version"))
                .version("1.0")
                .tasks(WAITS)
                .open()) {
            run = errand.trigger(WAITS, 1).id();
            errand.run(run, WAITS).await(Duration.ofMinutes(1));
        }
        for (String url : List.of(sqlite("was open"), POSTGRES + "&errand.schema=was_open")) {
            Errand.builder().store(url).version("2.0").open().close();
            copy(sqlite("with version"), url);
            try (Errand there = use(url)) {
                assertThat(there.run(run).info().version()).isEqualTo("1.0");
            }
        }
    }

    @Test
    void whatANodeHeldThatDiedIsTakenBackFirst() throws Exception {
        try (DoomedProcess process = new DoomedProcess(sqlite("first"), folder.resolve("journal"), false, 5);
                Errand errand =
                        Errand.builder().store(sqlite("first")).concurrency(0).open()) {
            Run<Json> run = errand.trigger(DoomedProcess.TASK, "x");
            Soon.await("it is at it", () -> run.state() == RunState.EXECUTING);
            errand.close();
            process.kill();

            copy(sqlite("first"), POSTGRES + "&errand.schema=of_a_dead_node");

            try (Errand there = use(POSTGRES + "&errand.schema=of_a_dead_node")) {
                assertThat(there.run(run.id())).hasState(RunState.QUEUED);
                assertThat(there.run(run.id()).info().redeliveries()).isEqualTo(1);
            }
        }
    }
}
