package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.BatchId;
import dev.errand.Limits;
import dev.errand.Machine;
import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of runs: filters, order, pages, the active view; and the definitions of tasks. */
public abstract class ListConformance extends StoreTest {
    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    @Test
    void theNewestComeFirst() {
        List<RunId> ids = enqueueSome(25);
        Collections.reverse(ids);
        assertThat(list(RunQuery.all())).isEqualTo(ids);
    }

    @Test
    void pagesFollowOneAnother() {
        List<RunId> ids = enqueueSome(25);
        Collections.reverse(ids);
        List<RunId> listed = new ArrayList<>();
        RunQuery query = RunQuery.all().limit(10);
        Page<RunInfo> page = store.list(query);
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSize(10);
            page.items().forEach(run -> listed.add(run.id()));
            enqueueGreet();
            page = store.list(query.after(page.next().get()));
        }
        page.items().forEach(run -> listed.add(run.id()));
        assertThat(listed).as("whatever came meanwhile").isEqualTo(ids);
    }

    @Test
    void aRareRunIsFoundFarDown() {
        RunId first = enqueue(NewRuns.of(GREET, clock).tagged("rare").named("x"));
        record(completed(claimOne()));
        store.enqueue(NewRuns.many(3000, GREET, clock));
        RunId second = enqueue(NewRuns.of(GREET, clock).in(MINUTE).tagged("rare"));
        store.enqueue(NewRuns.many(3000, GREET, clock));
        assertThat(listAll(RunQuery.all().tasks(GREET).states(RunState.COMPLETED, RunState.DELAYED)))
                .containsExactly(second, first);
        assertThat(listAll(RunQuery.all().tasks(GREET, "other").states(RunState.COMPLETED)))
                .containsExactly(first);
        assertThat(listAll(RunQuery.all().tags("rare"))).containsExactly(second, first);
        assertThat(listAll(RunQuery.all().limit(1000))).hasSize(6002).doesNotHaveDuplicates();
    }

    /** Page by page, of a few runs each: a page may be short where little matches. */
    private List<RunId> listAll(RunQuery query) {
        List<RunId> all = new ArrayList<>();
        RunQuery page = query.limit() == 100 ? query.limit(1) : query;
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            Page<RunInfo> runs = store.list(next.get().isEmpty() ? page : page.after(next.get()));
            runs.items().forEach(run -> all.add(run.id()));
            next = runs.next();
        }
        return all;
    }

    @Test
    void aCursorOfSomethingElseIsRefused() {
        assertThatThrownBy(() -> store.list(RunQuery.all().after("no cursor!")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no cursor!");
    }

    @Test
    void filtersOfOneKindAreJoinedByOr() {
        RunId a = enqueue(NewRuns.of("a", clock).named("x").tagged("one", "both"));
        RunId b = enqueue(NewRuns.of("B", clock).named("y").tagged("two", "both"));
        RunId c = enqueue(NewRuns.of("c", clock).named("z"));
        assertThat(list(RunQuery.all().tasks("A", "b", "unknown"))).containsExactly(b, a);
        assertThat(list(RunQuery.all().names("x", "z"))).containsExactly(c, a);
        assertThat(list(RunQuery.all().tags("one", "two", "both"))).containsExactly(b, a);
        assertThat(list(RunQuery.all().ids(a, c, RunId.next()))).containsExactly(c, a); // case 43
    }

    @Test
    void runsAreListedByWhatTriggeredThem() {
        BatchId batch = BatchId.next(clock.instant());
        RunId inBatch = enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.in(batch)));
        RunId scheduled = enqueue(NewRuns.of(GREET, clock)
                .options(RunOptions.NONE.by("sched_\"1\"").asTest()));
        RunId plain = enqueueGreet();
        // What users write says nothing of that, however it reads.
        RunId misleading = enqueue(NewRuns.of(GREET, clock)
                .options(NewRuns.metadata("{\"test\":true,\"schedule\":\"sched_1\",\"batch\":\"" + batch + "\"}")));
        assertThat(list(RunQuery.all().batch(batch))).containsExactly(inBatch);
        assertThat(list(RunQuery.all().batch(BatchId.next(clock.instant())))).isEmpty();
        assertThat(list(RunQuery.all().schedule("sched_\"1\""))).containsExactly(scheduled);
        assertThat(list(RunQuery.all().schedule("sched_1"))).isEmpty();
        assertThat(list(RunQuery.all().test(true))).containsExactly(scheduled);
        assertThat(list(RunQuery.all().test(false))).containsExactly(misleading, plain, inBatch);
        assertThat(list(RunQuery.all().test(false).batch(batch))).containsExactly(inBatch);
        assertThat(list(RunQuery.all().test(true).batch(batch))).isEmpty();
    }

    @Test
    void runsAreListedByWhereTheyWaitAndWhatTheyTake() {
        store.queues().declare(List.of(new QueueEntry("Mail", Limits.none())));
        String definition = "{\"arguments\":{\"machine\":\"micro\"},\"machine\":\"large-1x\",\"source\":\"\\u0000\"}";
        store.declare(List.of(new TaskEntry("Large", List.of(), definition, clock.instant())));
        RunId plain = enqueueGreet();
        RunId mail = enqueue(NewRuns.of("large", clock).options(RunOptions.NONE.withQueue("mail")));
        RunId micro = enqueue(NewRuns.of("Large", clock).options(RunOptions.NONE.withMachine(Machine.MICRO)));
        RunId own = enqueue(NewRuns.of(GREET, clock)
                .options(RunOptions.NONE.withMachine(Machine.parse("big:3/6")).withQueue("MAIL")));
        // What users write says nothing of that, however it reads.
        RunId misleading = enqueue(
                NewRuns.of("other", clock).options(NewRuns.metadata("{\"queue\":\"mail\",\"machine\":\"micro\"}")));
        assertThat(list(RunQuery.all().queues("mail"))).containsExactly(own, mail);
        assertThat(list(RunQuery.all().queues("task/GREET", "TASK/large"))).containsExactly(micro, plain);
        assertThat(list(RunQuery.all().queues("task/other", "unknown", "Mail"))).containsExactly(misleading, own, mail);
        assertThat(list(RunQuery.all().queues("unknown", "greet", "task/unknown", "task/mail", "ma_l", "\"")))
                .isEmpty();
        assertThat(list(RunQuery.all().machines(Machine.MICRO))).containsExactly(micro);
        assertThat(list(RunQuery.all().machines(Machine.LARGE_1X, Machine.parse("big:3/6"))))
                .containsExactly(own, mail);
        assertThat(list(RunQuery.all().machines(Machine.of(3, 6), Machine.LARGE_2X)))
                .isEmpty();
        assertThat(list(RunQuery.all().machines(Machine.LARGE_1X).queues("mail").states(RunState.QUEUED)))
                .containsExactly(mail);
    }

    @Test
    void runsAreListedByTheVersionOfTheCodeThatMadeThem() {
        RunId before = enqueueGreet();
        record(completed(claimOne()));
        Store node = open();
        node.join("second", 10, "2.0");
        RunId ended = enqueueGreet();
        await(node.record(List.of(completed(claim(node, 1).getFirst()))));
        RunId held = enqueueGreet();
        Claim claim = claim(node, 1).getFirst();
        await(node.record(List.of(new Report.Started(claim, clock.instant()))));
        enqueueGreet();
        assertThat(list(RunQuery.all().versions("1.0", "2.0"))).containsExactly(held, ended);
        assertThat(list(RunQuery.all().versions("2.0").states(RunState.COMPLETED)))
                .containsExactly(ended)
                .doesNotContain(before);
        assertThat(list(RunQuery.all().versions("2"))).isEmpty();
    }

    @Test
    void itIsKnownWhenARunWasLastSeenToChange() {
        RunId delayed = enqueue(NewRuns.of("other", clock).in(MINUTE));
        assertThat(info(delayed).updatedAt()).isEqualTo(clock.instant());
        RunId run = enqueueGreet();
        clock.advance(MINUTE.dividedBy(4));
        Claim claim = claimOne();
        record(new Report.Started(claim, clock.instant()));
        assertThat(info(run).updatedAt()).as("it started").isEqualTo(clock.instant());
        clock.advance(MINUTE.dividedBy(4));
        record(retried(claim, MINUTE));
        assertThat(info(run).updatedAt()).as("its attempt failed").isEqualTo(clock.instant());
        Instant due = clock.instant().plus(MINUTE);
        clock.advance(MINUTE.multipliedBy(2));
        while (store.advance().filter(next -> !next.isAfter(clock.instant())).isPresent()) {
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(info(run)).extracting(RunInfo::state, RunInfo::updatedAt).containsExactly(RunState.QUEUED, due);
        clock.advance(MINUTE);
        record(completed(claimOne()));
        assertThat(info(run).updatedAt()).as("it ended").isEqualTo(clock.instant());
        assertThat(store.list(RunQuery.all().ids(run)).items().getFirst().updatedAt())
                .isEqualTo(clock.instant());
    }

    @Test
    void filtersOfDifferentKindsAreJoinedByAnd() {
        // case 42
        RunId failedX = enqueue(NewRuns.of("x", clock).tagged("t"));
        RunId failedY = enqueue(NewRuns.of("y", clock).tagged("t"));
        enqueue(NewRuns.of("x", clock).tagged("t").in(MINUTE));
        for (Claim claim : await(store.claim(new ClaimRequest(5, java.util.Set.of("x", "y"))))) {
            record(failed(claim, false));
        }
        assertThat(list(RunQuery.all().tasks("x").states(RunState.FAILED))).containsExactly(failedX);
        assertThat(list(RunQuery.all().tags("t").states(RunState.FAILED))).containsExactly(failedY, failedX);
        assertThat(list(RunQuery.all().tags("t").tasks("y"))).containsExactly(failedY);
        assertThat(list(RunQuery.all().ids(failedX).tasks("y"))).isEmpty();
    }

    @Test
    void unknownNamesGiveAnEmptyList() {
        enqueueSome(3);
        assertThat(list(RunQuery.all().tasks("unknown"))).isEmpty();
        assertThat(list(RunQuery.all().names("unknown"))).isEmpty();
        assertThat(list(RunQuery.all().tags("unknown"))).isEmpty();
        assertThat(list(RunQuery.all().ids(RunId.next()))).isEmpty();
    }

    @Test
    void statesSpanRunsThatEndedAndThoseThatDidNot() {
        RunId completed = enqueueGreet();
        record(completed(claimOne()));
        RunId failed = enqueueGreet();
        record(failed(claimOne(), false));
        RunId retrying = enqueueGreet();
        record(retried(claimOne(), MINUTE));
        RunId executing = enqueueGreet();
        record(new Report.Started(claimOne(), clock.instant()));
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        RunId queued = enqueueGreet();
        assertThat(list(RunQuery.all().states(RunState.COMPLETED))).containsExactly(completed);
        assertThat(list(RunQuery.all().states(RunState.FAILED, RunState.QUEUED)))
                .containsExactly(queued, failed);
        assertThat(list(RunQuery.all().states(RunState.RETRYING, RunState.EXECUTING, RunState.DELAYED)))
                .containsExactly(delayed, executing, retrying);
        assertThat(list(RunQuery.all().states(RunState.COMPLETED, RunState.DELAYED)))
                .containsExactly(delayed, completed);
        assertThat(list(RunQuery.all().states(RunState.values()))).hasSize(6);
    }

    @Test
    void whatIsAskedToStopMayCountAsCanceledAtOnce() {
        RunId executing = enqueueGreet();
        record(new Report.Started(claimOne(), clock.instant()));
        RunId stopping = enqueueGreet();
        record(new Report.Started(claimOne(), clock.instant()));
        store.cancel(stopping, "enough");
        RunId canceled = enqueueGreet();
        store.cancel(canceled, "enough");
        RunQuery told = RunQuery.all().cancelsAtOnce();
        assertThat(list(told.states(RunState.CANCELED))).containsExactly(canceled, stopping);
        assertThat(list(told.states(RunState.EXECUTING))).containsExactly(executing);
        assertThat(list(told.states(RunState.EXECUTING, RunState.CANCELED))).hasSize(3);
        assertThat(list(told)).hasSize(3);
        assertThat(list(told.tasks(GREET).states(RunState.CANCELED, RunState.COMPLETED)))
                .containsExactly(canceled, stopping);
        assertThat(list(RunQuery.all().states(RunState.CANCELED))).containsExactly(canceled);
        assertThat(list(RunQuery.all().states(RunState.EXECUTING))).containsExactly(stopping, executing);
    }

    @Test
    void runsAreFoundByTheTimeOfTheirTrigger() {
        enqueueSome(3);
        clock.advance(MINUTE);
        Instant from = clock.instant();
        List<RunId> ids = enqueueSome(3);
        Collections.reverse(ids);
        clock.advance(MINUTE);
        Instant until = clock.instant();
        enqueueSome(3);
        assertThat(list(RunQuery.all().createdFrom(from).createdUntil(until))).isEqualTo(ids);
        assertThat(list(RunQuery.all().createdFrom(until))).hasSize(3);
        assertThat(list(RunQuery.all().createdUntil(from))).hasSize(3);
        assertThat(list(RunQuery.all().createdFrom(until).createdUntil(from))).isEmpty();
    }

    @Test
    void theActiveViewHoldsWhatGoesOnOrIsJustOver() {
        // case 44
        RunId old = enqueueGreet();
        record(completed(claimOne()));
        RunId retriable = enqueueGreet();
        record(failed(claimOne(), true));
        RunId queued = enqueueGreet();
        clock.advance(Duration.ofSeconds(30));
        claimOne();
        RunId canceled = enqueueGreet();
        store.cancel(canceled, "x");
        clock.advance(Duration.ofSeconds(29));
        assertThat(list(RunQuery.all().onlyActive())).containsExactly(canceled, queued, retriable, old);
        clock.advance(Duration.ofSeconds(2));
        assertThat(list(RunQuery.all().onlyActive())).containsExactly(canceled, queued, retriable);
        assertThat(list(RunQuery.all().onlyActive().states(RunState.FAILED))).containsExactly(retriable);
        clock.advance(Duration.ofDays(10));
        assertThat(list(RunQuery.all().onlyActive())).containsExactly(queued, retriable);
        assertThat(list(RunQuery.all().states(RunState.COMPLETED))).containsExactly(old);
    }

    @Test
    void definitionsAreKeptAsDeclared() {
        TaskEntry greet = new TaskEntry("Greet", List.of("hello", "hi"), "{\"attempts\":3}", clock.instant());
        TaskEntry bye = new TaskEntry("bye", List.of(), "{}", clock.instant());
        store.declare(List.of(greet, bye));
        reopen();
        assertThat(store.tasks()).containsExactly(bye, greet);
        TaskEntry again = new TaskEntry("GREET", List.of(), "{\"attempts\":4}", clock.instant());
        store.declare(List.of(again));
        assertThat(store.tasks()).containsExactly(bye, again);
        store.removeTask("greet");
        store.removeTask("unknown");
        assertThat(store.tasks()).containsExactly(bye);
        store.declare(List.of(greet));
        assertThat(store.tasks()).containsExactly(bye, greet);
    }

    @Test
    void aHealthyStoreHasNoProblems() {
        enqueueSome(10);
        StoreHealth health = store.health();
        assertThat(health.problems()).isEmpty();
        assertThat(health.version()).isNotEmpty();
        assertThat(health.schema()).isPositive();
        assertThat(health.bytes()).isPositive();
    }

    private List<RunId> enqueueSome(int count) {
        List<RunId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(enqueueGreet());
        }
        return ids;
    }

    private List<RunId> list(RunQuery query) {
        Page<RunInfo> page = store.list(query);
        assertThat(page.next()).isEmpty();
        return page.items().stream().map(RunInfo::id).toList();
    }
}
