package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.store.copy.StoreCopy;
import dev.errand.store.postgres.server.PostgresServer;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait in a condition for others wait on in the store they are moved to. */
@Tag(TestStore.SQLITE_ONLY) // it brings both stores, whichever the others run on
class CopiedWatchTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String DATABASE =
            PostgresServer.shared().url(PostgresServer.shared().createDatabase());

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();

    private final Task<String, String> payment =
            Task.named("payment", String.class, String.class).run((payload, run) -> payload);

    private final Task<String, String> receipt = Task.named("receipt", String.class, String.class)
            .run((payload, run) -> run.until(
                    "paid",
                    String.class,
                    () -> run.resultOf(RunId.of(payload), String.class).map(end -> end.unwrap() + " paid")));

    private String sqlite(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db");
    }

    private static String postgres(int number) {
        return DATABASE + "&errand.schema=copied_watch_" + number;
    }

    private TestErrand open(String url) {
        return TestErrand.open(clock, settings -> settings.store(url).tasks(payment, receipt));
    }

    private static void copy(String from, String to) {
        assertThat(new StoreCopy(from, to).run(progress -> {}).awaited()).isEqualTo(1);
    }

    @Test
    void aConditionThatLooksAtARunGoesOnWhereverItWent() throws InterruptedException {
        // given
        RunId waiting;
        try (TestErrand first = open(sqlite("first"))) {
            Run<String> pays =
                    first.errand().trigger(payment, "5", TriggerOptions.none().after(HOUR));
            Run<String> run = first.errand().trigger(receipt, pays.id().toString());
            first.until(run, RunState.WAITING);
            waiting = run.id();
        }
        // when
        copy(sqlite("first"), postgres(1));
        copy(postgres(1), sqlite("second"));
        copy(sqlite("second"), sqlite("third"));
        copy(postgres(1), postgres(2));
        // then
        clock.advance(HOUR);
        for (String url : List.of(postgres(1), sqlite("second"), sqlite("third"), postgres(2))) {
            try (TestErrand there = open(url)) {
                assertThat(there.finish(there.errand().run(waiting, receipt)))
                        .isCompleted()
                        .hasOutput("5 paid");
            }
        }
    }
}
