package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait for others wait on in the store they are moved to, and know there how those have ended that had before. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopiedChildrenTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String DATABASE =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final List<String> started = new CopyOnWriteArrayList<>();

    private final Task<String, String> child = Task.named("child", String.class, String.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                started.add(payload);
                if (payload.equals("bad")) {
                    throw new IllegalStateException("no");
                }
                return payload.toUpperCase(Locale.ROOT);
            });

    private final Task<String, String> parent = Task.named("parent", String.class, String.class)
            .run((payload, run) -> {
                TriggerRequest later = new TriggerRequest(
                        "child", "later", TriggerOptions.none().after(HOUR));
                return run
                        .invokeAll(
                                "all",
                                List.of(TriggerRequest.of("child", "now"), TriggerRequest.of("child", "bad"), later))
                        .stream()
                        .map(end -> end.ok() ? end.unwrap().text() : end.state().name())
                        .collect(Collectors.joining(" "));
            });

    private String sqlite(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db");
    }

    private static String postgres(int number) {
        return DATABASE + "&errand.schema=copied_children_" + number;
    }

    private TestErrand open(String url) {
        return TestErrand.open(clock, settings -> settings.store(url).tasks(parent, child));
    }

    private static void copy(String from, String to) {
        assertThat(new StoreCopy(from, to).run(progress -> {}).awaited()).isEqualTo(3);
    }

    @Test
    void aWaitGoesOnWhereverItWent() throws InterruptedException {
        // given
        RunId waiting;
        try (TestErrand first = open(sqlite("first"))) {
            Run<String> run = first.errand().trigger(parent, "");
            first.runUntilIdle();
            assertThat(run).hasState(RunState.WAITING);
            waiting = run.id();
        }
        assertThat(started).containsExactlyInAnyOrder("now", "bad");
        // when
        copy(sqlite("first"), postgres(1));
        copy(postgres(1), sqlite("second"));
        copy(sqlite("second"), sqlite("third"));
        copy(sqlite("second"), postgres(2));
        copy(postgres(2), postgres(3));
        // then
        clock.advance(HOUR);
        for (String url : List.of(postgres(1), sqlite("second"), sqlite("third"), postgres(2), postgres(3))) {
            started.clear();
            try (TestErrand there = open(url)) {
                Run<String> run = there.errand().run(waiting, parent);
                assertThat(there.finish(run)).isCompleted().hasOutput("\"NOW\" FAILED \"LATER\"");
            }
            assertThat(started).as(url).containsExactly("later");
        }
    }
}
