package dev.errand.testkit.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.EmittedItem;
import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventLog;
import dev.errand.EventPart;
import dev.errand.EventReader;
import dev.errand.ListenerOptions;
import dev.errand.Retention;
import dev.errand.Run;
import dev.errand.Subscription;
import dev.errand.SubscriptionOptions;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/events.md, so that what stands there compiles and holds. */
class ImportDeskTest {
    record Found(String file, int rows) {}

    private final Task<String, Integer> imports = Task.named("import", String.class, Integer.class)
            .run((file, run) -> {
                int rows = file.length();
                run.raise("found", new Found(file, rows));
                run.emit(rows);
                return rows;
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(imports);

    private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();

    private void show(String text) {
        shown.add(text);
    }

    private Subscription showWhatIsFound(Errand errand) {
        return errand.on(
                EventFilter.named("found").withTask("import"), event -> show(event.runName() + ": " + event.data()));
    }

    private void showOnce(Errand errand, Executor eventThread) {
        errand.on(
                EventFilter.named("run.*").withTags("urgent"),
                event -> show(event.task() + " is " + event.to()),
                ListenerOptions.none().executor(eventThread).maxTriggers(1));
    }

    private Subscription writeInvoices(Errand errand) {
        return errand.subscribe(
                "invoices",
                EventFilter.named("found"),
                event -> show("invoice for " + event.data()),
                SubscriptionOptions.none().onMissed(events -> show("missed " + events)));
    }

    private String mirror(Errand errand, String cursor, BooleanSupplier goesOn) throws InterruptedException {
        String place = cursor;
        try (EventReader reader = errand.eventLog().follow(EventFilter.named("found"), place)) {
            while (goesOn.getAsBoolean()) {
                EventPart part = reader.next(Duration.ofSeconds(10));
                part.events().forEach(logged -> show("mirrored " + logged.event().data()));
                place = part.cursor();
            }
        }
        return place;
    }

    private static void countStock(Errand errand) {
        errand.raise("stock-counted", new Found("shelf 7", 120));
    }

    private boolean importAll(Errand errand, List<String> files) throws InterruptedException {
        List<Run<Integer>> runs = errand.triggerAll(imports, files);
        Optional<Run<Integer>> first = errand.awaitAny(runs, Duration.ofMinutes(1));
        first.ifPresent(run -> show("first: " + run.id()));
        return errand.awaitAll(runs, Duration.ofMinutes(10));
    }

    private long showNext(Run<Integer> run, long position) {
        List<EmittedItem> items = run.emitted(position);
        items.forEach(item -> show(item.attempt() + ": " + item.item()));
        return items.isEmpty() ? position : items.getLast().position();
    }

    @Test
    void theExampleShowsWhatIsEmitted() throws InterruptedException {
        Run<Integer> run = test.finish(test.errand().trigger(imports, "a.csv"));
        long position = showNext(run, 0);
        assertThat(shown).containsExactly("1: 5");
        assertThat(showNext(run, position)).isEqualTo(position);
        assertThat(shown).hasSize(1);
    }

    @Test
    void theExampleShowsWhatIsFound() throws InterruptedException {
        try (Subscription subscription = showWhatIsFound(test.errand())) {
            test.finish(test.errand()
                    .trigger(imports, "a.csv", TriggerOptions.none().name("nightly")));
            assertThat(shown.poll(20, TimeUnit.SECONDS)).isEqualTo("nightly: {\"file\":\"a.csv\",\"rows\":5}");
        }
    }

    @Test
    void theExampleShowsUrgentOnesOnce() throws InterruptedException {
        showOnce(test.errand(), Runnable::run);
        test.finish(test.errand().trigger(imports, "a.csv"));
        test.finish(
                test.errand().trigger(imports, "b.csv", TriggerOptions.none().tags("urgent")));
        assertThat(shown.poll(20, TimeUnit.SECONDS)).isEqualTo("import is QUEUED");
        assertThat(shown).isEmpty();
    }

    @Test
    void theExampleWritesInvoicesForWhatWasFoundWhileItWasAway(@TempDir Path folder) throws InterruptedException {
        String url = "jdbc:sqlite:" + folder.resolve("errand.db");
        try (TestErrand first = open(url)) {
            writeInvoices(first.errand()).close();
            first.finish(first.errand().trigger(imports, "a.csv"));
        }
        try (TestErrand second = open(url)) {
            writeInvoices(second.errand());
            assertThat(shown.poll(20, TimeUnit.SECONDS)).isEqualTo("invoice for {\"file\":\"a.csv\",\"rows\":5}");
        }
    }

    private TestErrand open(String url) {
        return TestErrand.open(settings -> settings.store(url)
                .tasks(imports)
                .retention(Retention.defaults().withEvents(Duration.ofDays(7)).withMostEvents(1_000_000)));
    }

    @Test
    void theExampleMirrorsFromWhereItWas() throws InterruptedException {
        Errand errand = test.errand();
        test.finish(errand.trigger(imports, "a.csv"));
        String place = mirror(errand, EventLog.BEGINNING, shown::isEmpty);
        assertThat(shown).containsExactly("mirrored {\"file\":\"a.csv\",\"rows\":5}");
        test.finish(errand.trigger(imports, "b.csv"));
        mirror(errand, place, () -> shown.size() < 2);
        assertThat(shown).hasSize(2).contains("mirrored {\"file\":\"b.csv\",\"rows\":5}");
    }

    @Test
    void theExampleRaisesOutsideOfRuns() throws InterruptedException {
        countStock(test.errand());
        Optional<Event> counted = test.errand().awaitEvent(EventFilter.named("stock-counted"), Duration.ofSeconds(30));
        assertThat(counted)
                .hasValueSatisfying(event -> assertThat(event.isOutside()).isTrue());
    }

    @Test
    void theExamplesWait() throws InterruptedException {
        Errand errand = test.errand();
        assertThat(importAll(errand, List.of("a.csv", "b.csv"))).isTrue();
        Run<Integer> run = errand.trigger(imports, "c.csv");
        Optional<Event> found = errand.awaitEvent(EventFilter.of(run.id()).withName("found"), Duration.ofSeconds(30));
        assertThat(found).isPresent();
        assertThat(test.finish(run)).isCompleted();
    }
}
