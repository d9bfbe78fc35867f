package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EmittedItem;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a body emits, read while it goes on. */
class EmittedTest {
    private final Gate gate = new Gate();
    private final Task<Integer, String> emits = Task.named("emits", Integer.class, String.class)
            .retry(Retry.fixed(Duration.ZERO))
            .run((lines, run) -> {
                for (int n = 1; n <= lines; n++) {
                    gate.pass();
                    run.emit("%d.%d".formatted(run.attempt(), n));
                }
                if (lines == 2 && run.attempt() == 1) {
                    throw new IllegalStateException("again");
                }
                return "end";
            });

    @AutoClose
    private final TestErrand test = TestStore.open(emits);

    @Test
    void whatARunEmitsIsReadOnFromAPositionAsOftenAsOneLikes() throws InterruptedException { // case 67
        Run<String> run = test.errand().trigger(emits, 5);
        List<EmittedItem> eager = new ArrayList<>();
        for (int line = 1; line <= 5; line++) {
            gate.letPass(1);
            eager.addAll(nextOf(run, eager));
        }
        assertThat(run).endsWithin(SOON).isCompleted();
        assertThat(texts(eager)).containsExactly("1.1", "1.2", "1.3", "1.4", "1.5");
        assertThat(run.emitted(eager.getLast().position())).isEmpty();
        assertThat(run.emitted(eager.get(1).position())).isEqualTo(eager.subList(2, 5));
        assertThat(run.emitted(0)).isEqualTo(run.emitted(0)).isEqualTo(eager);
    }

    @Test
    void whatIsTakenIsNeitherMissingNorRepeatedAndNotThereAnyMore() throws InterruptedException { // case 67
        Run<String> run = test.errand().trigger(emits, 5);
        List<EmittedItem> taken = new ArrayList<>();
        gate.letPass(2);
        while (taken.size() < 2) {
            nextOf(run, taken);
            taken.addAll(run.takeEmitted());
        }
        gate.letPass(3);
        assertThat(run).endsWithin(SOON).isCompleted();
        taken.addAll(run.takeEmitted());
        assertThat(texts(taken)).containsExactly("1.1", "1.2", "1.3", "1.4", "1.5");
        assertThat(run.takeEmitted()).isEmpty();
        assertThat(run.emitted(0)).isEmpty();
        assertThat(run.emitted()).isEmpty();
        assertThat(run.consume(SOON)).as("its output was never taken").isEqualTo("end");
    }

    @Test
    void anotherAttemptEmitsAnewAndSaysSo() throws InterruptedException {
        gate.open();
        Run<String> run = test.finish(test.errand().trigger(emits, 2));
        assertThat(texts(run.emitted(0))).containsExactly("1.1", "1.2", "2.1", "2.2");
        assertThat(run.emitted(0)).extracting(EmittedItem::attempt).containsExactly(1, 1, 2, 2);
        assertThat(run).hasEmitted("2.1", "2.2");
    }

    /** Waits for what comes after those. */
    private static List<EmittedItem> nextOf(Run<?> run, List<EmittedItem> read) throws InterruptedException {
        long last = read.isEmpty() ? 0 : read.getLast().position();
        Soon.await("more is emitted", () -> !run.emitted(last).isEmpty());
        return run.emitted(last);
    }

    private static List<String> texts(List<EmittedItem> items) {
        return items.stream().map(item -> item.item().text().replace("\"", "")).toList();
    }
}
