package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.errand.Event;
import dev.errand.Limits;
import dev.errand.OnConflict;
import dev.errand.RunId;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Schedules: changed with the runs they trigger in one commit, and only by those who have seen them as they are. */
public abstract class ScheduleConformance extends StoreTest {
    private ScheduleStore schedules() {
        return store.schedules();
    }

    private ScheduleEntry entry(String key, @Nullable Instant due) {
        return new ScheduleEntry("id-" + key, key, GREET, false, "{\"every\":1}", "{\"fired\":0}", due, 0);
    }

    private ScheduleEntry add(String key, @Nullable Instant due) {
        assertThat(schedules().add(entry(key, due))).isTrue();
        return schedules().find(key).orElseThrow();
    }

    private static ScheduleEntry moved(ScheduleEntry entry, @Nullable Instant due) {
        return new ScheduleEntry(
                entry.id(),
                entry.key(),
                entry.task(),
                entry.declared(),
                entry.definition(),
                "{\"fired\":1}",
                due,
                entry.version());
    }

    private NewRun run() {
        return NewRuns.of(GREET, clock).tagged("schedule:x").build();
    }

    @Test
    void aScheduleIsFoundAsItWasStored() {
        Instant due = clock.instant().plus(MINUTE);
        ScheduleEntry added = add("nightly", due);
        assertThat(added)
                .isEqualTo(new ScheduleEntry(
                        "id-nightly", "nightly", GREET, false, "{\"every\":1}", "{\"fired\":0}", due, added.version()));
        assertThat(schedules().find("id-nightly")).contains(added);
        assertThat(schedules().find("Nightly")).isEmpty();
        reopen();
        assertThat(schedules().find("nightly")).contains(added);
    }

    @Test
    void aKeyIsTakenOnce() {
        ScheduleEntry first = add("nightly", null);
        assertThat(schedules().add(new ScheduleEntry("other", "nightly", "t", true, "{}", "{}", null, 0)))
                .isFalse();
        assertThat(schedules().find("nightly")).contains(first);
    }

    @Test
    void aChangeStoresTheRunsItTriggersAndTellsOfThem() {
        // given
        store.join("node", 1);
        ScheduleEntry entry = add("nightly", clock.instant());
        Instant next = clock.instant().plus(MINUTE);
        NewRun run = run();
        // when
        Set<String> changed = schedules().change(List.of(new ScheduleChange(moved(entry, next), List.of(run))));
        // then
        assertThat(changed).containsExactly(entry.id());
        ScheduleEntry after = schedules().find("nightly").orElseThrow();
        assertThat(after.due()).isEqualTo(next);
        assertThat(after.progress()).isEqualTo("{\"fired\":1}");
        assertThat(after.version()).isGreaterThan(entry.version());
        assertThat(info(run.id()).tags()).containsExactly("schedule:x");
        assertThat(events(store)).extracting(Event::run, Event::to).containsExactly(tuple(run.id(), RunState.QUEUED));
        assertThat(claimOne().run()).isEqualTo(run.id());
    }

    @Test
    void aRunThatIsNotToWaitForALimitIsDroppedAsAnyOther() {
        // given
        store.join("node", 1);
        Limits oneAtATime = Limits.none().concurrency(1).onConflict(OnConflict.DROP);
        store.queues().declare(List.of(new QueueEntry("mail", oneAtATime)));
        RunOptions inMail = RunOptions.NONE.withQueue("mail");
        RunId first = enqueue(NewRuns.of(GREET, clock).options(inMail));
        ScheduleEntry entry = add("nightly", clock.instant());
        NewRun second = NewRuns.of(GREET, clock).options(inMail).build();
        // when
        schedules().change(List.of(new ScheduleChange(moved(entry, null), List.of(second))));
        // then
        assertThat(state(first)).isEqualTo(RunState.QUEUED);
        assertThat(state(second.id())).isEqualTo(RunState.CANCELED);
        assertThat(info(second.id()).reason()).contains("dropped").contains("mail");
        assertThat(events(store))
                .extracting(Event::run, Event::to)
                .containsExactly(
                        tuple(first, RunState.QUEUED),
                        tuple(second.id(), RunState.QUEUED),
                        tuple(second.id(), RunState.CANCELED));
    }

    @Test
    void whoHasNotSeenTheLatestChangeChangesNothingAndTriggersNothing() {
        ScheduleEntry entry = add("nightly", clock.instant());
        schedules().change(List.of(new ScheduleChange(moved(entry, null), List.of())));
        NewRun late = run();
        assertThat(schedules().change(List.of(new ScheduleChange(moved(entry, clock.instant()), List.of(late)))))
                .isEmpty();
        assertThat(store.find(late.id())).isEmpty();
        assertThat(schedules().find("nightly").orElseThrow().due()).isNull();
    }

    @Test
    void whatWasDeletedAndMadeAnewIsAnother() {
        ScheduleEntry entry = add("nightly", clock.instant());
        assertThat(schedules().remove(entry.id())).isTrue();
        assertThat(schedules().remove(entry.id())).isFalse();
        schedules().add(new ScheduleEntry("id-2", "nightly", GREET, false, "{}", "{}", clock.instant(), 0));
        NewRun late = run();
        assertThat(schedules().change(List.of(new ScheduleChange(moved(entry, null), List.of(late)))))
                .isEmpty();
        assertThat(store.find(late.id())).isEmpty();
    }

    @Test
    void ofManyChangesThoseAreMadeThatStillCan() {
        ScheduleEntry a = add("a", clock.instant());
        ScheduleEntry b = add("b", clock.instant());
        schedules().change(List.of(new ScheduleChange(moved(a, null), List.of())));
        NewRun ofA = run();
        NewRun ofB = run();
        assertThat(schedules()
                        .change(List.of(
                                new ScheduleChange(moved(a, null), List.of(ofA)),
                                new ScheduleChange(moved(b, null), List.of(ofB)))))
                .containsExactly("id-b");
        assertThat(store.find(ofA.id())).isEmpty();
        assertThat(store.find(ofB.id())).isPresent();
    }

    @Test
    void thoseThatAreDueComeInOrderAndAdvanceKnowsTheNext() {
        Instant now = clock.instant();
        add("later", now.plus(MINUTE));
        add("second", now);
        add("first", now.minus(MINUTE));
        add("never", null);
        assertThat(schedules().due(now, 10)).extracting(ScheduleEntry::key).containsExactly("first", "second");
        assertThat(schedules().due(now, 1)).extracting(ScheduleEntry::key).containsExactly("first");
        assertThat(store.advance()).contains(now.minus(MINUTE));
        for (ScheduleEntry entry : schedules().due(now, 10)) {
            schedules().change(List.of(new ScheduleChange(moved(entry, null), List.of())));
        }
        assertThat(store.advance()).contains(now.plus(MINUTE));
    }

    @Test
    void schedulesAreListedByKeyAndTask() {
        for (String key : List.of("b", "ä", "a", "B")) {
            add(key, null);
        }
        schedules().add(new ScheduleEntry("i", "c", "other", true, "{}", "{}", null, 0));
        assertThat(schedules().list(null, "", 0, 10))
                .extracting(ScheduleEntry::key)
                .containsExactly("B", "a", "b", "c", "ä");
        assertThat(schedules().list(null, "a", 0, 2))
                .extracting(ScheduleEntry::key)
                .containsExactly("b", "c");
        assertThat(schedules().list("other", "", 0, 10))
                .extracting(ScheduleEntry::key)
                .containsExactly("c");
        assertThat(schedules().declared()).extracting(ScheduleEntry::key).containsExactly("c");
    }

    @Test
    void aListBeginsWhereItIsToldAndAllAreCounted() {
        assertThat(schedules().count(null)).isZero();
        for (String key : List.of("a", "b", "c", "d")) {
            add(key, null);
        }
        schedules().add(new ScheduleEntry("i", "e", "other", false, "{}", "{}", null, 0));
        assertThat(schedules().count(null)).isEqualTo(5);
        assertThat(schedules().count("other")).isEqualTo(1);
        assertThat(schedules().count("none")).isZero();
        assertThat(schedules().list(null, "", 2, 2))
                .extracting(ScheduleEntry::key)
                .containsExactly("c", "d");
        assertThat(schedules().list(null, "b", 1, 9))
                .extracting(ScheduleEntry::key)
                .containsExactly("d", "e");
        assertThat(schedules().list(GREET, "", 3, 9))
                .extracting(ScheduleEntry::key)
                .containsExactly("d");
        assertThat(schedules().list("other", "", 1, 9)).isEmpty();
        assertThat(schedules().list(null, "", 99_999_999_900L, 9)).isEmpty();
    }

    @Test
    void ofManyNodesThatFireTheSameExactlyOneDoes() throws Exception {
        // given
        int due = 64;
        IntStream.range(0, due).forEach(i -> add("s" + i, clock.instant()));
        List<Store> nodes = List.of(store, open(), open(), open());
        List<RunId> triggered = Collections.synchronizedList(new ArrayList<>());
        // when
        try (ExecutorService threads = Executors.newFixedThreadPool(nodes.size())) {
            List<Future<Boolean>> ends = new ArrayList<>();
            for (Store node : nodes) {
                ends.add(threads.submit(fireAll(node, triggered)));
            }
            for (Future<Boolean> end : ends) {
                end.get();
            }
        }
        // then
        assertThat(triggered).hasSize(due).doesNotHaveDuplicates();
        assertThat(events(store)).extracting(Event::run).containsExactlyInAnyOrderElementsOf(triggered);
    }

    private Callable<Boolean> fireAll(Store node, List<RunId> triggered) {
        return () -> {
            List<ScheduleEntry> due = node.schedules().due(clock.instant(), 20);
            while (!due.isEmpty()) {
                List<ScheduleChange> changes = due.stream()
                        .map(entry -> new ScheduleChange(
                                moved(entry, clock.instant().plus(Duration.ofDays(1))), List.of(run())))
                        .toList();
                Set<String> changed = node.schedules().change(changes);
                changes.stream()
                        .filter(change -> changed.contains(change.entry().id()))
                        .forEach(
                                change -> triggered.add(change.runs().getFirst().id()));
                due = node.schedules().due(clock.instant(), 20);
            }
            return true;
        };
    }
}
