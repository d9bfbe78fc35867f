package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.PublishedValue;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.SignalInfo;
import dev.errand.Task;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals and published values that are moved to another store, with runs that wait. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopiedSignalsTest {
    private static final String DATABASE =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());

    private static final Task<String, String> SPELL = Task.named("spell", String.class, String.class)
            .run((payload, run) -> {
                run.publish("asked for", List.of("b", "a"));
                return run.receive("b", String.class) + run.receive("a", String.class) + run.receive("a", String.class);
            });

    @TempDir
    private Path folder;

    private static Errand open(String url) {
        return Errand.builder().store(url).tasks(SPELL).concurrency(1).open();
    }

    /** It is sent more, once the run waits. */
    private static void assertGoesOn(
            String url, RunId id, String sent, List<SignalInfo> signals, List<PublishedValue> published)
            throws InterruptedException {
        try (Errand errand = open(url)) {
            Run<String> run = errand.run(id, SPELL);
            assertThat(run.signals()).as(url).isEqualTo(signals);
            assertThat(run.published()).as(url).isEqualTo(published);
            Soon.await("it waits", () -> run.state() == RunState.WAITING);
            errand.signal(id, "a", "2");
            assertThat(run.state()).as("it waits for another").isEqualTo(RunState.WAITING);
            errand.signal(id, "b", sent);
            assertThat(run.await(SOON)).as(url).isEqualTo(sent + "12");
        }
    }

    @Test
    void whatWasSentAndPublishedIsCopiedAndWaitedForThere() throws Exception {
        String from = "jdbc:sqlite:" + folder.resolve("first.db");
        String there = DATABASE + "&errand.schema=copied_signals";
        String back = "jdbc:sqlite:" + folder.resolve("back.db");
        RunId id;
        List<SignalInfo> signals;
        List<PublishedValue> published;
        try (Errand errand = open(from)) {
            Run<String> run = errand.trigger(SPELL, "");
            id = run.id();
            Soon.await("it waits", () -> run.state() == RunState.WAITING);
            errand.signal(id, "a", "1");
            signals = run.signals();
            published = run.published();
        }
        assertThat(signals).hasSize(1);
        assertThat(published).hasSize(1);
        assertThat(new StoreCopy(from, there).run(progress -> {}).signals()).isOne();
        assertThat(new StoreCopy(there, back).run(progress -> {}).published()).isOne();
        assertGoesOn(there, id, "there ", signals, published);
        assertGoesOn(back, id, "back ", signals, published);
    }
}
