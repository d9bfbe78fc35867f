package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.Json;
import dev.errand.LogLine;
import dev.errand.Progress;
import dev.errand.RunId;
import dev.errand.RunState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Events, and what bodies note. */
public abstract class EventConformance extends StoreTest {
    private long node;

    @BeforeEach
    void joinStore() {
        node = store.join("first", 10);
    }

    @Test
    void everyTransitionIsToldInOrder() {
        RunId run = enqueue(NewRuns.of("Greet", clock).named("nightly").in(MINUTE));
        Instant triggered = clock.instant();
        clock.advance(MINUTE);
        store.advance();
        Instant due = clock.instant();
        Claim first = claimOne();
        clock.advance(MINUTE);
        Instant started = clock.instant();
        record(new Report.Started(first, started));
        record(retried(first, MINUTE));
        store.retry(run, 3, null, false);
        Claim second = claimOne();
        record(completed(second));
        List<Event> events = events(store);
        assertThat(events).extracting(Event::position).isSorted().doesNotHaveDuplicates();
        assertThat(events).allSatisfy(event -> {
            assertThat(event.name()).isEqualTo(Event.STATE);
            assertThat(event.run()).isEqualTo(run);
            assertThat(event.task()).isEqualTo("Greet");
            assertThat(event.runName()).isEqualTo("nightly");
            assertThat(event.node()).isEqualTo(node);
            assertThat(event.data()).isNull();
        });
        assertThat(transitions(events))
                .containsExactly(
                        "null>DELAYED 0",
                        "DELAYED>QUEUED 0",
                        "QUEUED>EXECUTING 1",
                        "EXECUTING>RETRYING 1",
                        "RETRYING>QUEUED 1",
                        "QUEUED>EXECUTING 2",
                        "EXECUTING>COMPLETED 2");
        assertThat(events)
                .extracting(Event::at)
                .startsWith(triggered, due, started)
                .isSorted();
        assertThat(store.events(store.lastEvent(), 10).events()).isEmpty();
    }

    @Test
    void aStartThatWasNotRecordedIsToldWithTheEnd() {
        enqueueGreet();
        Claim claim = claimOne();
        assertThat(events(store)).as("a claim is no transition").hasSize(1);
        record(failed(claim, false));
        assertThat(transitions(events(store)))
                .containsExactly("null>QUEUED 0", "QUEUED>EXECUTING 1", "EXECUTING>FAILED 1");
    }

    @Test
    void anEndWithoutAStartIsToldAsSuch() {
        enqueue(NewRuns.of(GREET, clock).expiresIn(MINUTE));
        Claim claim = claimOne();
        record(new Report.Ended(claim, RunState.EXPIRED, null, clock.instant(), null, null, "late", false));
        assertThat(transitions(events(store))).containsExactly("null>QUEUED 0", "QUEUED>EXPIRED 1");
    }

    @Test
    void operatorsRequestsAreToldToo() {
        RunId canceled = enqueueGreet();
        store.cancel(canceled, "x");
        RunId failed = enqueueGreet();
        record(failed(claimOne(), true));
        store.retry(failed, 2, null, false);
        assertThat(transitions(events(store)))
                .containsExactly(
                        "null>QUEUED 0",
                        "QUEUED>CANCELED 0",
                        "null>QUEUED 0",
                        "QUEUED>EXECUTING 1",
                        "EXECUTING>FAILED 1",
                        "FAILED>QUEUED 1");
    }

    /** Whichever of several writers wrote when. */
    @Test
    void aCursorAtATimeIsBeforeAllThatWasWrittenSinceAndAfterAllElse() {
        assertThat(store.cursorAt(clock.instant())).isEqualTo(EventCursor.START);
        Store other = openNode("second");
        List<Instant> times = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            times.add(clock.instant());
            if (i % 3 > 0) {
                Store by = i % 2 == 0 ? store : other;
                List<NewRun> runs = NewRuns.many(1 + i % 4, GREET, clock);
                by.enqueue(runs);
                by.cancel(runs.getFirst().id(), "so that something else writes");
            }
            clock.advance(Duration.ofSeconds(1));
        }
        times.add(clock.instant());
        List<Event> all = events(store);
        for (Instant time : times) {
            List<Event> since = store.events(store.cursorAt(time), 1_000).events();
            assertThat(since)
                    .as("since %s", time)
                    .containsExactlyElementsOf(all.stream()
                            .filter(event -> !event.at().isBefore(time))
                            .toList());
        }
    }

    @Test
    void readingGoesOnWhereItStopped() {
        store.enqueue(NewRuns.many(10, GREET, clock));
        for (int i = 0; i < 30; i++) {
            enqueueGreet();
        }
        List<Event> all = events(store);
        assertThat(all).hasSize(40);
        List<Event> read = new ArrayList<>();
        EventPage page = store.events(EventCursor.START, 7);
        EventPage first = page;
        while (!page.events().isEmpty()) {
            read.addAll(page.events());
            page = store.events(page.next(), 7);
        }
        assertThat(read).isEqualTo(all);
        int size = first.events().size();
        assertThat(store.events(first.next(), 1000).events()).isEqualTo(all.subList(size, 40));
        assertThat(store.events(store.lastEvent(), 10).events()).isEmpty();
        EventCursor before = store.lastEvent();
        RunId late = enqueueGreet();
        assertThat(store.events(before, 10).events()).extracting(Event::run).containsExactly(late);
    }

    @Test
    void anEmptyStoreHasNoEvents() {
        assertThat(events(store)).isEmpty();
        assertThat(store.events(store.lastEvent(), 10).events()).isEmpty();
    }

    @Test
    void listenersHearOfCommitsHereAndElsewhere() throws InterruptedException {
        BlockingQueue<Boolean> heard = new LinkedBlockingQueue<>();
        store.onCommit(hearing(heard::add));
        enqueueGreet();
        assertThat(heard.poll(60, TimeUnit.SECONDS)).isFalse();
        Store other = open();
        other.enqueue(NewRuns.many(1, GREET, clock));
        Boolean foreign = false;
        while (Boolean.FALSE.equals(foreign)) { // one commit may be told twice
            foreign = heard.poll(60, TimeUnit.SECONDS);
        }
        assertThat(foreign).isTrue();
    }

    @Test
    void aListenerThatFailsStopsNobody() throws InterruptedException {
        BlockingQueue<Boolean> heard = new LinkedBlockingQueue<>();
        store.onCommit(hearing(foreign -> {
            throw new IllegalStateException("on purpose");
        }));
        store.onCommit(hearing(heard::add));
        RunId run = enqueueGreet();
        assertThat(heard.poll(60, TimeUnit.SECONDS)).isFalse();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void whatABodyNotesIsKept() {
        RunId run = enqueue(NewRuns.of(GREET, clock).options(NewRuns.metadata("{\"a\":1}")));
        Claim claim = claimOne();
        assertThat(info(run).metadata()).containsEntry("a", 1L);
        record(noted(claim, "\"one\"", "2"));
        record(new Report.Noted(claim, List.of(bytes("[3]")), List.of(), new Progress(3, 10), "{\"a\":2}", List.of()));
        assertThat(store.emitted(run)).containsExactly(new Json("\"one\""), new Json("2"), new Json("[3]"));
        assertThat(info(run).progress()).isEqualTo(new Progress(3, 10));
        assertThat(info(run).metadata()).containsEntry("a", 2L);
        assertThat(events(store)).extracting(Event::name).containsExactly(Event.STATE, Event.NOTED, Event.NOTED);
        record(retried(claim, java.time.Duration.ZERO));
        Claim second = claimOne();
        assertThat(second.metadata()).isEqualTo("{\"a\":2}");
        assertThat(store.emitted(run)).as("until the next attempt emits").hasSize(3);
        record(noted(second, "\"again\""));
        assertThat(store.emitted(run)).containsExactly(new Json("\"again\""));
    }

    @Test
    void logLinesAreReadOnFromAPosition() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        for (int batch = 0; batch < 3; batch++) {
            List<LogLine> lines = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                lines.add(new LogLine(0, clock.instant(), 1, Level.WARN, "line %d.%d".formatted(batch, i)));
            }
            record(new Report.Noted(claim, List.of(), lines, null, null, List.of()));
        }
        List<LogLine> all = store.log(run, 0, 1000);
        assertThat(all).hasSize(60);
        assertThat(all).extracting(LogLine::position).isSorted().doesNotHaveDuplicates();
        assertThat(all.getFirst())
                .isEqualTo(new LogLine(all.getFirst().position(), clock.instant(), 1, Level.WARN, "line 0.0"));
        assertThat(all.getLast().message()).isEqualTo("line 2.19");
        assertThat(store.log(run, all.get(9).position(), 5)).isEqualTo(all.subList(10, 15));
        assertThat(store.log(run, all.getLast().position(), 5)).isEmpty();
        assertThat(store.log(RunId.next(), 0, 5)).isEmpty();
    }

    @Test
    void raisedEventsAreToldWithTheirData() {
        RunId run = enqueue(NewRuns.of(GREET, clock).named("nightly"));
        Claim claim = claimOne();
        record(new Report.Noted(
                claim,
                List.of(),
                List.of(),
                null,
                null,
                List.of(
                        new Report.Raised("halfway", clock.instant(), "{\"n\":\"ü\"}"),
                        new Report.Raised("done", clock.instant(), null))));
        List<Event> raised = events(store).subList(1, 3);
        assertThat(raised).extracting(Event::name).containsExactly("halfway", "done");
        assertThat(raised).extracting(Event::data).containsExactly(new Json("{\"n\":\"ü\"}"), null);
        assertThat(raised).extracting(Event::run).containsOnly(run);
        assertThat(raised).extracting(Event::attempt).containsOnly(1);
        assertThat(raised).extracting(Event::runName).containsOnly("nightly");
        assertThat(raised).extracting(Event::to).containsOnlyNulls();
    }

    @Test
    void aPageEndsWhereItHoldsMuch() {
        enqueue(NewRuns.of(GREET, clock));
        Claim claim = claimOne();
        String data = "\"" + "x".repeat(EventPage.MUCH / 4) + "\"";
        for (int i = 0; i < 10; i++) {
            Report.Raised raised = new Report.Raised("large " + i, clock.instant(), data);
            record(new Report.Noted(claim, List.of(), List.of(), null, null, List.of(raised)));
        }
        List<String> read = new ArrayList<>();
        EventCursor cursor = EventCursor.START;
        for (EventPage page = store.events(cursor, 1_000);
                !page.events().isEmpty();
                page = store.events(cursor, 1_000)) {
            assertThat(page.events()).hasSizeLessThan(7);
            page.events().stream()
                    .filter(event -> event.data() != null)
                    .map(Event::name)
                    .forEach(read::add);
            cursor = page.next();
        }
        assertThat(read)
                .containsExactlyElementsOf(
                        IntStream.range(0, 10).mapToObj(i -> "large " + i).toList());
    }

    private static CommitListener hearing(Consumer<Boolean> events) {
        return new CommitListener() {
            @Override
            public void events(boolean foreign) {
                events.accept(foreign);
            }

            @Override
            public void requests() {}
        };
    }

    private static List<String> transitions(List<Event> events) {
        return events.stream()
                .map(event -> event.from() + ">" + event.to() + " " + event.attempt())
                .toList();
    }

    private static Report.Noted noted(Claim claim, String... items) {
        List<byte[]> emitted = new ArrayList<>();
        for (String item : items) {
            emitted.add(bytes(item));
        }
        return new Report.Noted(claim, emitted, List.of(), null, null, List.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
