package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Page;
import dev.errand.PurgeAnswer;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run's body triggered, what the bodies of those did, and so on. */
public abstract class TreeConformance extends StoreTest {
    @BeforeEach
    void joinStore() {
        store.join("first", 10);
    }

    private RunId child(RunId parent) {
        return enqueue(NewRuns.of(GREET, clock).options(NewRuns.childOf(parent)));
    }

    private RunId below(RunId root, RunId parent) {
        return enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.under(parent, root)));
    }

    private List<RunId> list(RunQuery query) {
        return store.list(query).items().stream().map(RunInfo::id).toList();
    }

    private List<RunId> page(RunQuery query) {
        List<RunId> all = new ArrayList<>();
        Page<RunInfo> page = store.list(query);
        page.items().forEach(run -> all.add(run.id()));
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSizeLessThanOrEqualTo(query.limit());
            page = store.list(query.after(page.next().get()));
            page.items().forEach(run -> all.add(run.id()));
        }
        return all;
    }

    @Test
    void aRunKnowsItsParentAndTheTopOfItsTree() {
        RunId root = enqueueGreet();
        RunId child = child(root);
        RunId grandchild = below(root, child);
        RunId last = below(root, grandchild);
        assertThat(info(root)).extracting(RunInfo::parent, RunInfo::root).containsExactly(null, null);
        assertThat(info(child)).extracting(RunInfo::parent, RunInfo::root).containsExactly(root, root);
        assertThat(info(grandchild)).extracting(RunInfo::parent, RunInfo::root).containsExactly(child, root);
        assertThat(info(last)).extracting(RunInfo::parent, RunInfo::root).containsExactly(grandchild, root);
        assertThat(claim(store, 10))
                .extracting(claim -> claim.options().root())
                .containsExactlyInAnyOrder(null, root, root, root);
    }

    @Test
    void aTreeIsOneQuery() {
        RunId root = enqueueGreet();
        RunId one = child(root);
        RunId other = enqueueGreet();
        RunId two = child(root);
        RunId below = below(root, one);
        RunId elsewhere = child(other);
        RunId deep = below(root, below);
        assertThat(list(RunQuery.all().root(root))).containsExactly(deep, below, two, one);
        assertThat(list(RunQuery.all().root(other))).containsExactly(elsewhere);
        assertThat(list(RunQuery.all().parent(root))).containsExactly(two, one);
        assertThat(list(RunQuery.all().parent(one))).containsExactly(below);
        assertThat(list(RunQuery.all().root(one))).as("it has a parent itself").isEmpty();
        assertThat(list(RunQuery.all().parent(deep))).isEmpty();
        assertThat(list(RunQuery.all().parent(RunId.next()))).isEmpty();
    }

    @Test
    void otherFiltersNarrowATree() {
        RunId root = enqueueGreet();
        RunId done = child(root);
        RunId named = enqueue(NewRuns.of("other", clock)
                .named("x")
                .tagged("t")
                .in(MINUTE)
                .options(RunOptions.NONE.under(done, root)));
        enqueue(NewRuns.of("other", clock).named("x").tagged("t").in(MINUTE));
        claim(store, 2).stream().filter(claim -> claim.run().equals(done)).forEach(claim -> record(completed(claim)));
        RunQuery tree = RunQuery.all().root(root);
        assertThat(list(tree.states(RunState.COMPLETED))).containsExactly(done);
        assertThat(list(tree.states(RunState.DELAYED))).containsExactly(named);
        assertThat(list(tree.names("x"))).containsExactly(named);
        assertThat(list(tree.tags("t"))).containsExactly(named);
        assertThat(list(tree.tasks("OTHER"))).containsExactly(named);
        assertThat(list(tree.onlyActive())).containsExactly(named, done);
        assertThat(list(tree.ids(root, done))).containsExactly(done);
        assertThat(list(tree.parent(done))).containsExactly(named);
        assertThat(list(tree.parent(done).root(done))).isEmpty();
        assertThat(list(tree.createdUntil(clock.instant()))).isEmpty();
    }

    @Test
    void aLargeTreeIsReadPageByPage() {
        RunId root = enqueueGreet();
        RunId child = child(root);
        List<NewRun> many = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            many.add(NewRuns.of(GREET, clock)
                    .options(RunOptions.NONE.under(child, root))
                    .build());
        }
        store.enqueue(many);
        List<RunId> below = new ArrayList<>(many.stream().map(NewRun::id).toList());
        Collections.reverse(below);
        assertThat(page(RunQuery.all().parent(child).limit(1000))).isEqualTo(below);
        below.add(child);
        assertThat(page(RunQuery.all().root(root).limit(700))).isEqualTo(below);
    }

    @Test
    void childrenKeepTheIdsOfThoseThatAreDeleted() {
        RunId root = enqueueGreet();
        RunId child = child(root);
        RunId grandchild = below(root, child);
        assertThat(store.purge(root, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(store.purge(child, false)).isEqualTo(PurgeAnswer.PURGED);
        assertThat(info(grandchild)).extracting(RunInfo::parent, RunInfo::root).containsExactly(child, root);
        assertThat(list(RunQuery.all().root(root))).containsExactly(grandchild);
        assertThat(list(RunQuery.all().parent(child))).containsExactly(grandchild);
    }

    @Test
    void whatSaysNothingOfItsRootHasItsParentForThat() { // as nodes stored it that did not keep roots yet
        RunId root = enqueueGreet();
        RunId child = child(root);
        RunId grandchild = child(child);
        assertThat(info(grandchild)).extracting(RunInfo::parent, RunInfo::root).containsExactly(child, child);
        assertThat(list(RunQuery.all().root(child))).containsExactly(grandchild);
        assertThat(list(RunQuery.all().root(root))).containsExactly(child);
    }

    @Test
    void metadataIsNotTakenForAParent() {
        RunId root = enqueueGreet();
        String text = "\"parent\":\"%1$s\",\"root\":\"%1$s\"".formatted(root);
        enqueue(NewRuns.of(GREET, clock).options(NewRuns.metadata("{" + text + "}")));
        enqueue(NewRuns.of(GREET, clock).options(RunOptions.NONE.withConcurrencyKey(text)));
        assertThat(list(RunQuery.all().root(root))).isEmpty();
        assertThat(list(RunQuery.all().parent(root))).isEmpty();
    }
}
