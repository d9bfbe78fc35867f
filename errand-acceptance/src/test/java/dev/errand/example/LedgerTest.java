package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.LockTimeoutException;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/locks.md. */
class LedgerTest {
    @TempDir
    Path folder;

    private Path ledger() {
        return folder.resolve("ledger.txt");
    }

    /** Reads how many lines there are, and adds the next: two at a time would write the same number twice. */
    private int append(String text) throws IOException {
        int number = Files.exists(ledger()) ? Files.readAllLines(ledger()).size() + 1 : 1;
        Files.writeString(ledger(), number + " " + text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return number;
    }

    private final Task<String, Integer> book = Task.named("book", String.class, Integer.class)
            .run((text, run) -> run.lock("ledger").call(() -> append(text)));

    private final Task<String, ?> bookSoon = Task.named("book-soon", String.class)
            .retry(Retry.fixed(Duration.ofMinutes(1)).attempts(10))
            .run((text, run) -> run.lock("ledger").run(Duration.ofSeconds(5), () -> append(text)));

    @AutoClose
    private final TestErrand test = TestErrand.open(book, bookSoon);

    @Test
    void everyLineHasANumberOfItsOwn() throws Exception {
        List<String> texts = IntStream.range(0, 20).mapToObj(i -> "entry " + i).toList();
        test.errand().triggerAll(book, texts);
        test.runUntilIdle();
        assertThat(Files.readAllLines(ledger()))
                .extracting(line -> line.split(" ", 2)[0])
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 20).mapToObj(String::valueOf).toList());
    }

    @Test
    void whoComesTooLateTriesAgainLater() throws Exception {
        Run<?> run = test.errand().lock("ledger").call(() -> {
            Run<?> waiting = test.errand().trigger(bookSoon, "late");
            test.until(waiting, RunState.RETRYING);
            return waiting;
        });
        assertThat(run.attempts())
                .first()
                .satisfies(attempt ->
                        assertThat(attempt.failure().type()).isEqualTo(LockTimeoutException.class.getName()));
        assertThat(test.finish(run)).isCompleted();
    }
}
