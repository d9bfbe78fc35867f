package dev.errand.testkit.acceptance;

import static dev.errand.testkit.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventLog;
import dev.errand.EventPart;
import dev.errand.EventReader;
import dev.errand.Json;
import dev.errand.LoggedEvent;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of events, read by those who remember themselves where they are. */
class EventLogTest {
    private static final EventFilter NUMBERS = EventFilter.named("number");
    private static final int WRITERS = 2;
    private static final int EACH = 150;
    private static final int READERS = 6;
    /** So many fill what is kept for one who follows. */
    private static final int HEAVY = 6;

    private static final String LOAD = "x".repeat(12_000);

    private final Task<Integer, ?> counts = Task.named("counts", Integer.class).run((times, run) -> {
        for (int n = 1; n <= times; n++) {
            run.raise("number", n);
            run.raise("other", n);
        }
    });

    @TempDir
    private Path folder;

    private String url;
    private Errand errand;

    @BeforeEach
    void openStore() {
        url = TestStore.url(folder);
        errand = open();
    }

    @AfterEach
    void close() {
        errand.close();
    }

    private Errand open() {
        return Errand.builder()
                .store(url)
                .tasks(counts)
                .concurrency(1)
                .drain(Duration.ZERO)
                .open();
    }

    private void raise(int from, int to) {
        for (int n = from; n <= to; n++) {
            errand.raise("number", n);
        }
    }

    private static List<Integer> numbers(List<LoggedEvent> events) {
        return events.stream().map(LoggedEvent::event).map(EventLogTest::number).toList();
    }

    private static int number(Event event) {
        Json data = event.data();
        return data == null ? 0 : Integer.parseInt(data.text());
    }

    /** As many as that, or as come in time. */
    private static List<LoggedEvent> next(EventReader reader, int count) throws InterruptedException {
        List<LoggedEvent> events = new ArrayList<>();
        long end = System.nanoTime() + SOON.toNanos();
        while (events.size() < count && System.nanoTime() < end) {
            events.addAll(reader.next(Duration.ofSeconds(1)).events());
        }
        return events;
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void oneReadsWhatThereIsAndGoesOnWithWhatFollows() throws InterruptedException {
        raise(1, 3);
        try (EventReader all = errand.eventLog().follow(NUMBERS, EventLog.BEGINNING);
                EventReader later = errand.eventLog().follow(NUMBERS, null)) {
            assertThat(numbers(next(all, 3))).isEqualTo(range(1, 3));
            raise(4, 6);
            assertThat(numbers(next(all, 3))).isEqualTo(range(4, 6));
            assertThat(numbers(next(later, 3))).isEqualTo(range(4, 6));
            raise(7, 7);
            assertThat(numbers(next(later, 1))).containsExactly(7);
            assertThat(numbers(next(all, 1))).containsExactly(7);
        }
    }

    @Test
    void oneGoesOnAfterAnyEventAlsoWithinACommitAndInAnotherProcess() throws InterruptedException {
        String begin = errand.eventLog().end();
        errand.trigger(counts, 3).await(SOON);
        errand.trigger(counts, 2).await(SOON);
        List<LoggedEvent> all = errand.eventLog().read(EventFilter.all(), begin, 1_000).events();
        assertThat(all.stream().map(LoggedEvent::event).filter(event -> event.name().equals("number")))
                .hasSize(5);
        errand.close();
        errand = open();
        for (int i = 0; i < all.size(); i++) {
            EventPart rest = errand.eventLog().read(EventFilter.all(), all.get(i).cursor(), 1_000);
            assertThat(rest.events())
                    .extracting(LoggedEvent::event)
                    .containsExactlyElementsOf(all.subList(i + 1, all.size()).stream()
                            .map(LoggedEvent::event)
                            .toList());
            assertThat(rest.missed()).isZero();
        }
    }

    @Test
    void whatDoesNotPassIsLeftOutAndTheCursorGoesBeyondIt() throws InterruptedException {
        errand.trigger(counts, 2, TriggerOptions.none().tags("urgent")).await(SOON);
        errand.trigger(counts, 2).await(SOON);
        EventFilter urgent = NUMBERS.withTags("urgent");
        EventPart read = errand.eventLog().read(urgent, EventLog.BEGINNING, 1_000);
        assertThat(numbers(read.events())).containsExactly(1, 2);
        assertThat(read.cursor()).isNotEqualTo(read.events().getLast().cursor());
        try (EventReader reader = errand.eventLog().follow(urgent, read.cursor())) {
            assertThat(reader.next(Duration.ZERO).events()).isEmpty();
            errand.trigger(counts, 1).await(SOON);
            raise(1, 1);
            errand.trigger(counts, 1, TriggerOptions.none().tags("urgent")).await(SOON);
            assertThat(numbers(next(reader, 1))).containsExactly(1);
            EventPart nothing = reader.next(Duration.ofMillis(50));
            assertThat(nothing.events()).isEmpty();
            raise(2, 2);
            Soon.await("it looks beyond what does not pass", () -> !cursor(reader).equals(nothing.cursor()));
        }
    }

    private static String cursor(EventReader reader) {
        try {
            return reader.next(Duration.ofMillis(10)).cursor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whateverIsGoingOnEachEventComesOnceToEveryOne() throws Exception {
        String begin = errand.eventLog().end();
        try (Errand another = open();
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Callable<List<Long>>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Errand by = i % 2 == 0 ? errand : another;
                all.add(() -> write(by));
            }
            for (int i = 0; i < READERS; i++) {
                Errand by = i % 2 == 0 ? errand : another;
                boolean comesAndGoes = i > 1;
                all.add(() -> readAll(by, begin, comesAndGoes));
            }
            List<Future<List<Long>>> answers = threads.invokeAll(all);
            List<Long> events = errand.eventLog().read(NUMBERS, begin, 1_000).events().stream()
                    .map(logged -> logged.event().position())
                    .toList();
            assertThat(events).hasSize(WRITERS * EACH);
            for (int i = WRITERS; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).as("reader %d", i).containsExactlyInAnyOrderElementsOf(events);
            }
        }
    }

    private static List<Long> write(Errand by) {
        for (int n = 0; n < EACH; n++) {
            by.raise("number", n);
            by.raise("noise", n);
        }
        return List.of();
    }

    private static List<Long> readAll(Errand by, String begin, boolean comesAndGoes) throws InterruptedException {
        List<Long> read = new ArrayList<>();
        String cursor = begin;
        long end = System.nanoTime() + SOON.toNanos();
        while (read.size() < WRITERS * EACH && System.nanoTime() < end) {
            try (EventReader reader = by.eventLog().follow(NUMBERS, cursor)) {
                int most = comesAndGoes ? ThreadLocalRandom.current().nextInt(1, 60) : Integer.MAX_VALUE;
                cursor = readSome(reader, cursor, most, read, end);
            }
        }
        return read;
    }

    private static String readSome(EventReader reader, String from, int most, List<Long> read, long end)
            throws InterruptedException {
        String cursor = from;
        int left = most;
        while (left > 0 && read.size() < WRITERS * EACH && System.nanoTime() < end) {
            EventPart part = reader.next(Duration.ofMillis(100));
            List<LoggedEvent> some =
                    part.events().subList(0, Math.min(left, part.events().size()));
            some.forEach(logged -> read.add(logged.event().position()));
            cursor = some.isEmpty() ? part.cursor() : some.getLast().cursor();
            left -= Math.max(1, some.size());
        }
        return cursor;
    }

    @Test
    void whoIsSlowHoldsNobodyUpAndMissesNothing() throws InterruptedException {
        try (EventReader slow = errand.eventLog().follow(EventFilter.named("heavy"), null);
                EventReader prompt = errand.eventLog().follow(EventFilter.named("heavy"), null)) {
            slow.next(Duration.ZERO);
            for (int round = 0; round < 3; round++) {
                for (int n = 0; n < HEAVY; n++) {
                    errand.raise("heavy", LOAD + n);
                }
                assertThat(next(prompt, HEAVY)).as("round %d", round).hasSize(HEAVY);
            }
            List<LoggedEvent> events = next(slow, 3 * HEAVY);
            assertThat(events).hasSize(3 * HEAVY);
            assertThat(events.stream().map(logged -> logged.event().position()))
                    .isSorted()
                    .doesNotHaveDuplicates();
            errand.raise("heavy", "last");
            assertThat(next(slow, 1)).hasSize(1);
        }
    }

    @Test
    void whatWasDeletedBeforeItWasReadIsTold() throws InterruptedException {
        raise(1, 5);
        List<LoggedEvent> all =
                errand.eventLog().read(NUMBERS, EventLog.BEGINNING, 1_000).events();
        TestStore.trimLog(url);
        EventPart none = errand.eventLog().read(NUMBERS, all.get(1).cursor(), 1_000);
        assertThat(none.missed()).isEqualTo(3);
        assertThat(none.events()).isEmpty();
        assertThat(errand.eventLog().read(NUMBERS, none.cursor(), 1_000).missed()).isZero();
        raise(6, 7);
        try (EventReader reader = errand.eventLog().follow(NUMBERS, all.get(2).cursor())) {
            EventPart part = reader.next(SOON);
            assertThat(part.missed()).isEqualTo(2);
            assertThat(numbers(part.events())).isEqualTo(range(6, 7));
            raise(8, 8);
            EventPart last = reader.next(SOON);
            assertThat(last.missed()).isZero();
            assertThat(numbers(last.events())).containsExactly(8);
        }
        assertThat(errand.eventLog()
                        .read(NUMBERS, EventLog.BEGINNING, 1_000)
                        .missed())
                .as("for who wants what there is")
                .isZero();
    }

    @Test
    void whoWaitsGoesOnWhenItIsClosed() throws Exception {
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (boolean engine : new boolean[] {false, true}) {
                EventReader reader = errand.eventLog().follow(NUMBERS, null);
                reader.next(Duration.ZERO);
                Future<EventPart> waits = threads.submit(() -> reader.next(SOON));
                (engine ? errand : reader).close();
                assertThat(waits.get().events()).isEmpty();
                assertThat(reader.isClosed()).isTrue();
                assertThat(reader.next(SOON).events()).isEmpty();
            }
        }
    }

    @Test
    void whatIsNoPlaceIsRefused() {
        for (String cursor : List.of("", "x", "1", "0:1,", "-1:0")) {
            assertThatIllegalArgumentException()
                    .as(cursor)
                    .isThrownBy(() -> errand.eventLog().read(NUMBERS, cursor, 10));
            assertThatIllegalArgumentException()
                    .as(cursor)
                    .isThrownBy(() -> errand.eventLog().follow(NUMBERS, cursor));
        }
        for (int limit : new int[] {0, 1_001}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> errand.eventLog().read(NUMBERS, EventLog.BEGINNING, limit));
        }
    }
}
