package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Event;
import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others than their bodies note on runs: tags and metadata. */
public abstract class NoteConformance extends StoreTest {
    private static final int MOST = 10;

    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private List<String> addTags(RunId run, String... tags) {
        return store.notes().addTags(run, List.of(tags), MOST).orElseThrow();
    }

    private List<RunId> tagged(String tag) {
        return store.list(RunQuery.all().tags(tag)).items().stream()
                .map(RunInfo::id)
                .toList();
    }

    /** Puts it in place of what is there, whatever that is. */
    private boolean put(RunId run, String json) {
        return store.notes().editMetadata(Map.of(run, before -> json));
    }

    private static String plusOne(@Nullable String json) {
        long count = json == null ? 0 : Long.parseLong(json.replaceAll("\\D", ""));
        return "{\"n\":%d}".formatted(count + 1);
    }

    private Receipt noted(Claim claim, String metadata, @Nullable String before) {
        return record(new Report.Noted(claim, List.of(), List.of(), null, metadata, List.of(), List.of(), before));
    }

    private long notedEvents() {
        return events(store).stream()
                .filter(event -> event.name().equals(Event.NOTED))
                .count();
    }

    // ── tags

    @Test
    void tagsAreAddedToThoseThatAreThereAndRunsAreFoundByThem() {
        RunId run = enqueue(NewRuns.of(GREET, clock).tagged("a"));
        RunId other = enqueueGreet();
        assertThat(addTags(run, "b", "a", "b")).containsExactly("a", "b");
        assertThat(addTags(other, "b")).containsExactly("b");
        assertThat(info(run).tags()).containsExactly("a", "b");
        assertThat(tagged("b")).containsExactly(other, run);
        assertThat(tagged("a")).containsExactly(run);
        assertThat(claim(store, 2)).extracting(Claim::tags).containsExactly(List.of("a", "b"), List.of("b"));
    }

    @Test
    void moreTagsThanMayBeAreNotAddedAndSoIsNoneOfThem() {
        RunId run = enqueue(NewRuns.of(GREET, clock).tagged("1", "2", "3", "4", "5", "6", "7", "8", "9"));
        assertThat(addTags(run, "10", "11")).hasSize(11);
        assertThat(info(run).tags()).hasSize(9);
        assertThat(tagged("10")).isEmpty();
        assertThat(notedEvents()).isZero();
        assertThat(addTags(run, "9", "10")).hasSize(10);
        assertThat(info(run).tags()).hasSize(10);
    }

    @Test
    void aRunIsTaggedInEveryStateAndItsTagsGoWithIt() {
        RunId run = enqueue(NewRuns.of(GREET, clock).named("nightly"));
        addTags(run, "queued");
        Claim claim = claimOne();
        addTags(run, "claimed");
        record(new Report.Started(claim, clock.instant()));
        addTags(run, "executing");
        record(completed(claim));
        addTags(run, "ended");
        assertThat(info(run).tags()).containsExactly("queued", "claimed", "executing", "ended");
        assertThat(state(run)).isEqualTo(RunState.COMPLETED);
        Event last = events(store).getLast();
        assertThat(last.name()).isEqualTo(Event.NOTED);
        assertThat(last.run()).isEqualTo(run);
        assertThat(last.runName()).isEqualTo("nightly");
        assertThat(last.task()).isEqualTo(GREET);
        assertThat(last.attempt()).isEqualTo(1);
        assertThat(store.purge(run, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(tagged("ended")).isEmpty();
        assertThat(store.notes().addTags(run, List.of("gone"), MOST)).isEmpty();
    }

    // ── metadata

    @Test
    void metadataBeginsWithWhatTheTriggerSaidOfWhichSomethingIsKept() {
        RunId run = enqueue(NewRuns.of(GREET, clock).options(NewRuns.metadata("{\"n\":41}")));
        assertThat(store.notes().editMetadata(Map.of(run, NoteConformance::plusOne)))
                .isTrue();
        assertThat(info(run).metadata()).isEqualTo(Map.of("n", 42L));
        assertThat(store.notes().triggeredMetadata(run)).contains("{\"n\":41}");
        assertThat(store.notes().triggeredMetadata(enqueueGreet())).isEmpty();
        assertThat(store.notes().triggeredMetadata(RunId.next())).isEmpty();
        assertThat(notedEvents()).isOne();
    }

    @Test
    void aBodyFindsWhatWasNotedBeforeItWasClaimed() {
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        List<NewRun> together = NewRuns.many(3, GREET, clock);
        store.enqueue(together);
        put(delayed, "{\"n\":1}");
        put(together.get(1).id(), "{\"n\":2}");
        assertThat(claim(store, 3)).extracting(Claim::metadata).containsExactly(null, "{\"n\":2}", null);
        clock.advance(MINUTE);
        store.advance();
        assertThat(claimOne().metadata()).isEqualTo("{\"n\":1}");
    }

    @Test
    void aBodyThatGaveItsRunBackFindsWhatWasNotedMeanwhile() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        put(run, "{\"n\":1}");
        record(new Report.Released(claim));
        assertThat(claimOne().metadata()).isEqualTo("{\"n\":1}");
    }

    @Test
    void whatABodyChangesIsBroughtIntoWhatOthersHaveChanged() {
        RunId run = enqueue(NewRuns.of(GREET, clock).options(NewRuns.metadata("{\"n\":1,\"phase\":\"a\"}")));
        Claim claim = claimOne();
        put(run, "{\"n\":5,\"phase\":\"a\",\"theirs\":true}");
        String first = "{\"n\":2,\"phase\":\"b\"}";
        noted(claim, first, claim.metadata());
        Map<String, Object> merged = Map.of("n", 6L, "phase", "b", "theirs", true);
        assertThat(info(run).metadata()).isEqualTo(merged);
        noted(claim, "{\"n\":3,\"phase\":\"b\"}", first);
        assertThat(info(run).metadata()).containsEntry("n", 7L).containsEntry("theirs", true);
        record(retried(claim, Duration.ZERO));
        assertThat(claimOne().metadata()).contains("\"n\":7", "\"theirs\":true");
    }

    @Test
    void aReportThatComesTwiceCountsOnce() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        Report.Noted report =
                new Report.Noted(claim, List.of(), List.of(), null, "{\"n\":1}", List.of(), List.of(), "{}");
        record(report);
        record(report.sentAgain());
        assertThat(info(run).metadata()).isEqualTo(Map.of("n", 1L));
    }

    @Test
    void whatABodyAndOthersDoAlikeCountsTwice() {
        RunId run = enqueueGreet();
        Claim claim = claimOne();
        put(run, "{\"n\":1}");
        noted(claim, "{\"n\":1}", "{}");
        assertThat(info(run).metadata()).isEqualTo(Map.of("n", 2L));
        noted(claim, "{\"n\":2}", "{\"n\":1}");
        assertThat(info(run).metadata()).isEqualTo(Map.of("n", 3L));
    }

    @Test
    void ofManyAtTheSameTimeNobodyLosesAnything() {
        RunId ended = enqueueGreet();
        Claim claim = claimOne();
        record(completed(claim));
        RunId delayed = enqueue(NewRuns.of(GREET, clock).in(MINUTE));
        Store other = open();
        List<CompletableFuture<Void>> editors = new ArrayList<>();
        for (Store each : List.of(store, other, store, other)) {
            editors.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 10; i++) {
                    each.notes().editMetadata(Map.of(ended, NoteConformance::plusOne));
                    each.notes().editMetadata(Map.of(delayed, NoteConformance::plusOne));
                }
            }));
        }
        editors.forEach(CompletableFuture::join);
        assertThat(info(ended).metadata()).isEqualTo(Map.of("n", 40L));
        assertThat(info(delayed).metadata()).isEqualTo(Map.of("n", 40L));
    }

    @Test
    void severalRunsAreChangedTogetherOrNoneIs() {
        RunId one = enqueueGreet();
        RunId two = enqueueGreet();
        assertThat(store.notes().editMetadata(Map.of(one, before -> "{\"n\":1}", two, before -> null)))
                .isTrue();
        assertThat(store.notes().editMetadata(Map.of(one, before -> "{\"n\":1}", RunId.next(), before -> "{}")))
                .isFalse();
        assertThat(info(one).metadata()).isEmpty();
        assertThat(notedEvents()).isZero();
        assertThat(store.notes().editMetadata(Map.of(one, before -> "{\"n\":1}", two, before -> "{\"n\":2}")))
                .isTrue();
        assertThat(info(one).metadata()).isEqualTo(Map.of("n", 1L));
        assertThat(info(two).metadata()).isEqualTo(Map.of("n", 2L));
        assertThat(notedEvents()).isEqualTo(2);
    }

    @Test
    void whatChangesNothingTellsNobody() {
        RunId run = enqueue(NewRuns.of(GREET, clock).options(NewRuns.metadata("{\"n\":1}")));
        assertThat(put(run, "{\"n\":1}")).isTrue();
        assertThat(notedEvents()).isZero();
    }

    @Test
    void aRunThatOthersHaveNotedOnIsClaimedAtOnceAndEndsAsAny() {
        List<NewRun> together = NewRuns.many(3, GREET, clock);
        store.enqueue(together);
        put(together.getFirst().id(), "{}");
        List<Claim> claims = claim(store, 3);
        assertThat(claims).hasSize(3);
        put(together.getLast().id(), "{\"n\":1}");
        claims.forEach(claim -> assertThat(record(completed(claim))).isEqualTo(Receipt.RECORDED));
        assertThat(together).allSatisfy(run -> assertThat(state(run.id())).isEqualTo(RunState.COMPLETED));
        assertNothingClaimable(store);
    }
}
