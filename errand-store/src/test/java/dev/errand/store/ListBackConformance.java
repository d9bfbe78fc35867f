package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Page;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of runs, gone through to their end and back. */
public abstract class ListBackConformance extends StoreTest {
    private static final String OTHER = "other";

    private Instant middle = Instant.MIN;
    private RunId parent = RunId.NONE;

    @BeforeEach
    void joinStore() {
        store.join("first", 40);
    }

    @Test
    void theWayBackMeetsTheSamePages() {
        List<RunId> some = enqueueAllKinds();
        RunQuery all = RunQuery.all();
        for (RunQuery query : List.of(
                all,
                all.states(RunState.QUEUED),
                all.states(RunState.EXECUTING),
                all.states(RunState.DELAYED),
                all.states(RunState.RETRYING),
                all.states(RunState.COMPLETED),
                all.states(RunState.FAILED),
                all.states(RunState.DELAYED, RunState.QUEUED, RunState.COMPLETED, RunState.FAILED),
                all.states(RunState.DELAYED, RunState.RETRYING),
                all.onlyActive(),
                all.onlyActive().states(RunState.FAILED, RunState.COMPLETED),
                all.tasks(GREET),
                all.tasks(GREET, OTHER, "unknown"),
                all.tags("t"),
                all.tags("t", "u", "unknown"),
                all.names("n", "m"),
                all.ids(some.toArray(RunId[]::new)),
                all.parent(parent),
                all.root(parent),
                all.test(false).tags("u"),
                all.createdFrom(middle),
                all.createdUntil(middle))) {
            goAndReturn(query.limit(4));
            goAndReturn(query.limit(11));
        }
    }

    /** Over two pages at least, or nothing is shown. */
    private void goAndReturn(RunQuery query) {
        List<Page<RunInfo>> pages = new ArrayList<>();
        pages.add(store.list(query));
        assertThat(pages.getFirst().previous()).as("before the first page").isEmpty();
        while (pages.getLast().next().isPresent()) {
            pages.add(store.list(query.after(pages.getLast().cursor())));
        }
        List<RunId> down = pages.stream().flatMap(page -> ids(page).stream()).toList();
        assertThat(down).as(query::toString).hasSizeGreaterThan(4).doesNotHaveDuplicates();
        Page<RunInfo> page = pages.getLast();
        for (int i = pages.size() - 2; i >= 0; i--) {
            RunQuery back = query.before(page.previous().orElseThrow());
            page = store.list(back);
            assertThat(ids(page)).as("page %d of %s", i, back).isEqualTo(ids(pages.get(i)));
            assertThat(ids(store.list(query.after(page.next().orElseThrow()))))
                    .as("the page after that")
                    .isEqualTo(ids(pages.get(i + 1)));
        }
        assertThat(page.previous()).as("the first again: %s", query).isEmpty();
    }

    /** Some that came together, some alone, of all states and turned upside down by what happened to them. */
    private List<RunId> enqueueAllKinds() {
        List<RunId> some = new ArrayList<>();
        parent = enqueueGreet();
        store.enqueue(NewRuns.many(20, GREET, clock));
        List<Claim> claims = claim(store, 21);
        for (int i = 0; i < claims.size(); i++) {
            happen(claims.get(i), i % 5);
        }
        for (int i = 0; i < 12; i++) {
            NewRuns run = NewRuns.of(i % 2 == 0 ? GREET : OTHER, clock).tagged(i % 3 == 0 ? "t" : "u", "v");
            some.add(enqueue(run.named(i % 4 == 0 ? "m" : "n").in(MINUTE.multipliedBy(i % 2))));
        }
        clock.advance(Duration.ofSeconds(30));
        middle = clock.instant();
        enqueueTogether(8, NewRuns.of(GREET, clock).in(MINUTE).tagged("t", "u"));
        enqueueTogether(8, NewRuns.of(OTHER, clock).options(NewRuns.childOf(parent)));
        enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        return some;
    }

    private void enqueueTogether(int count, NewRuns run) {
        List<NewRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(run.id(RunId.next()).build());
        }
        store.enqueue(runs);
    }

    private void happen(Claim claim, int what) {
        record(
                switch (what) {
                    case 0 -> completed(claim);
                    case 1 -> failed(claim, true);
                    case 2 -> failed(claim, false);
                    case 3 -> retried(claim, MINUTE.multipliedBy(9));
                    default -> new Report.Started(claim, clock.instant());
                });
        if (what == 3 || what == 4) {
            // One more of the rarer kinds.
            enqueue(NewRuns.of("rare", clock));
            Claim rare = await(store.claim(new ClaimRequest(1, Set.of("rare")))).getFirst();
            record(what == 3 ? retried(rare, MINUTE.multipliedBy(9)) : new Report.Started(rare, clock.instant()));
        }
    }

    @Test
    void whoGoesBackMeetsWhatCameMeanwhile() {
        RunId old = enqueueGreet();
        RunId first = enqueueGreet();
        RunQuery one = RunQuery.all().limit(1);
        Page<RunInfo> last = store.list(one.after(store.list(one).cursor()));
        assertThat(ids(last)).containsExactly(old);
        RunId second = enqueueGreet();
        RunId third = enqueueGreet();
        Page<RunInfo> page = store.list(one.before(last.previous().orElseThrow()));
        assertThat(ids(page)).as("the next that is newer, not the newest").containsExactly(first);
        page = store.list(one.limit(5).before(page.previous().orElseThrow()));
        assertThat(ids(page)).containsExactly(third, second);
        assertThat(page.previous()).isEmpty();
        assertThat(ids(store.list(one.after(page.next().orElseThrow())))).containsExactly(first);
    }

    @Test
    void aPageOfWhichNothingIsLeftLeadsBothWays() {
        RunId a = enqueueGreet();
        RunId b = enqueueGreet();
        RunId c = enqueueGreet();
        RunQuery one = RunQuery.all().limit(1);
        Page<RunInfo> newest = store.list(one);
        Page<RunInfo> middle = store.list(one.after(newest.cursor()));
        assertThat(ids(middle)).containsExactly(b);
        delete(b);
        delete(a);
        Page<RunInfo> nothing = store.list(one.after(newest.cursor()));
        assertThat(nothing.items()).isEmpty();
        assertThat(nothing.next()).isEmpty();
        assertThat(ids(store.list(one.before(nothing.previous().orElseThrow()))))
                .containsExactly(c);
        RunId d = enqueueGreet();
        String back = store.list(one.after(store.list(one).cursor())).previous().orElseThrow();
        delete(d);
        nothing = store.list(one.before(back));
        assertThat(nothing.items()).isEmpty();
        assertThat(nothing.previous()).isEmpty();
        assertThat(ids(store.list(one.after(nothing.next().orElseThrow())))).containsExactly(c);
    }

    private void delete(RunId run) {
        store.cancel(run, "not needed");
        store.purge(List.of(run), false);
    }

    @Test
    void aRareRunIsFoundFarUp() {
        RunId lowest = enqueueGreet();
        RunId low = enqueueGreet();
        RunQuery one = RunQuery.all().limit(1);
        Page<RunInfo> oldest = store.list(one.after(store.list(one).cursor()));
        assertThat(ids(oldest)).containsExactly(lowest);
        String from = oldest.previous().orElseThrow();
        store.enqueue(NewRuns.many(3000, GREET, clock));
        RunId rare = enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.asTest()));
        store.enqueue(NewRuns.many(3000, GREET, clock));
        assertThat(up(RunQuery.all().test(true).limit(1), from)).containsExactly(rare);
        assertThat(up(RunQuery.all().states(RunState.QUEUED).test(true).limit(1), from))
                .containsExactly(rare);
        assertThat(up(RunQuery.all().limit(1000), from))
                .hasSize(6002)
                .doesNotHaveDuplicates()
                .startsWith(low);
    }

    /** The oldest first. */
    private List<RunId> up(RunQuery query, String from) {
        List<RunId> found = new ArrayList<>();
        Optional<String> next = Optional.of(from);
        while (next.isPresent()) {
            Page<RunInfo> page = store.list(query.before(next.get()));
            found.addAll(ids(page).reversed());
            next = page.previous();
        }
        return found;
    }

    @Test
    void byStageNobodyGoesBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunQuery.all().byStage().before("x"))
                .withMessageContaining("stage");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.list(RunQuery.all().before("no cursor!")))
                .withMessageContaining("no cursor!");
    }

    private static List<RunId> ids(Page<RunInfo> page) {
        return page.items().stream().map(RunInfo::id).toList();
    }
}
