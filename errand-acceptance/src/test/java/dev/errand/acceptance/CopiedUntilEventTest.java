package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Json;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait in a condition for events wait on in the store they are moved to, though the log begins anew there. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopiedUntilEventTest {
    private static final String DATABASE =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());

    @TempDir
    private Path folder;

    private final Task<String, Json> reader = Task.named("reader", String.class, Json.class)
            .run((payload, run) -> run.until(
                    "mail",
                    Json.class,
                    () -> run.latestEvent(EventFilter.named("letter")).map(Event::data)));

    private String sqlite(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db");
    }

    private static String postgres(int number) {
        return DATABASE + "&errand.schema=copied_until_event_" + number;
    }

    private Errand open(String url) {
        return Errand.builder().store(url).tasks(reader).concurrency(1).open();
    }

    private static void copy(String from, String to) {
        assertThat(new StoreCopy(from, to).run(progress -> {}).runs()).isEqualTo(1);
    }

    @Test
    void aConditionThatLooksForAnEventGoesOnWhereverItWent() throws InterruptedException {
        // given
        RunId waiting;
        try (Errand first = open(sqlite("first"))) {
            for (int i = 0; i < 20; i++) { // so that no place in the log is one in the next
                first.raise("postcard", i);
            }
            Run<Json> run = first.trigger(reader, "");
            Soon.await("it waits", () -> run.state() == RunState.WAITING);
            waiting = run.id();
        }
        // when
        copy(sqlite("first"), postgres(1));
        copy(postgres(1), sqlite("second"));
        copy(postgres(1), postgres(2));
        // then
        for (String url : List.of(postgres(1), sqlite("second"), postgres(2))) {
            try (Errand there = open(url)) {
                there.raise("letter", 1);
                Run<Json> run = there.run(waiting, reader);
                assertThat(run.await(Soon.SOON)).isEqualTo(new Json("1"));
                assertThat(run).hasAttempts(1);
            }
        }
    }
}
