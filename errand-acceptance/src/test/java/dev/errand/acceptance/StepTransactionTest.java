package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.CancelAnswer;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Step;
import dev.errand.StepOptions;
import dev.errand.StepState;
import dev.errand.Task;
import dev.errand.TypeRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Steps that are transactions: what their code writes, and that they are done, in one commit. */
@ResourceLock(EntriesTest.TABLE)
class StepTransactionTest extends EntriesTest {
    /** Can be written as JSON, but not read again. */
    interface OneWay {}

    record Entry(int number, List<String> lines) {}

    // ── once

    @Test
    void whatItWritesIsWrittenOnceHoweverOftenTheBodyIsAttempted() throws Exception {
        Run<Object> run = finish(context -> {
            String first = context.transaction("book", String.class, tx -> insert(tx, "a" + calls.incrementAndGet()));
            context.transaction("book", tx -> insert(tx, "b" + calls.incrementAndGet()));
            failUntil(3, context);
            return first;
        });
        assertThat(run).isCompleted().hasAttempts(3).hasOutput("a1").hasSteps("book", "book");
        assertThat(entries()).containsExactly("a1", "b2");
        assertThat(calls).hasValue(2);
        assertThat(run.steps()).extracting(Step::state).containsOnly(StepState.COMPLETED);
        assertThat(run.steps()).extracting(Step::occurrence).containsExactly(1, 2);
    }

    @Test
    void ofOneThatThrewNothingIsLeftAndTheNextAttemptCallsItAgain() throws Exception {
        Run<Object> run = finish(context -> context.transaction("book", Integer.class, tx -> {
            insert(tx, "try " + calls.incrementAndGet());
            failUntil(3, context);
            return calls.get();
        }));
        assertThat(run).isCompleted().hasAttempts(3).hasOutput(3);
        assertThat(entries()).containsExactly("try 3");
        assertThat(run.attempts().getFirst().failure().message()).isEqualTo("on purpose");
    }

    @Test
    void itIsToldFromOthersAndTypedAsStepsAre() throws Exception {
        StepOptions key = StepOptions.none().key("order 7");
        Run<Object> run = finish(context -> {
            Entry entry = context.transaction("a", Entry.class, key, tx -> new Entry(1, List.of(insert(tx, "x"))));
            assertThat(context.transaction("b", Entry.class, key, tx -> new Entry(2, List.of(insert(tx, "never")))))
                    .isEqualTo(entry);
            assertThat(context.step("c", Entry.class, key, () -> new Entry(3, List.of())))
                    .isEqualTo(entry);
            assertThat(context.transaction("d", new TypeRef<List<Entry>>() {}, tx -> List.of(entry)))
                    .containsExactly(entry);
            context.transaction("e", StepOptions.none().key("none"), tx -> insert(tx, "y"));
            failUntil(2, context);
            return "";
        });
        assertThat(run).isCompleted().hasSteps("a", "d", "e");
        assertThat(entries()).containsExactly("x", "y");
    }

    @Test
    void aResultThatCannotBeKeptLeavesNothing() throws Exception {
        Run<Object> run = finish(context -> {
            assertThatThrownBy(() -> context.transaction("book", OneWay.class, tx -> {
                        insert(tx, "a");
                        return new OneWay() {};
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("result of step 'book'")
                    .hasMessageContaining("can be read from that");
            return "";
        });
        assertThat(run).isCompleted().hasAttempts(1).hasSteps();
        assertThat(entries()).isEmpty();
    }

    @Test
    void manyRunsAtATimeWriteOnceEach() throws Exception {
        int many = 60;
        Task<Integer, Integer> book = Task.named("book", Integer.class, Integer.class)
                .retry(Retry.fixed(Duration.ZERO).attempts(3))
                .run((number, run) -> {
                    int result = run.transaction("book", Integer.class, tx -> {
                        insert(tx, "number " + number);
                        return number;
                    });
                    failUntil(number % 3 + 1, run);
                    return result;
                });
        errand.put(book);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            numbers.add(i);
        }
        for (Run<Integer> run : errand.triggerAll(book, numbers)) {
            assertThat(run).endsWithin(SOON).isCompleted();
        }
        assertThat(entries()).hasSize(many).doesNotHaveDuplicates();
    }

    // ── runs triggered in it

    @Test
    void whatItTriggersExistsFromItsCommitOn() throws Exception { // case 75
        Run<Object> run = finish(context -> {
            List<RunId> ids = context.transaction("spawn", new TypeRef<List<RunId>>() {}, tx -> {
                insert(tx, "a");
                return List.of(
                        errand.with(tx.connection()).trigger(greet, "Ada").id(),
                        context.trigger(greet, "Grace").id());
            });
            for (RunId id : ids) {
                assertThat(errand.run(id).id()).isEqualTo(id);
            }
            failUntil(2, context);
            return ids;
        });
        assertThat(run).isCompleted().hasAttempts(2);
        List<RunInfo> children =
                errand.runs(RunQuery.all().tasks("greet").limit(10)).items();
        assertThat(children).hasSize(2);
        for (RunInfo child : children) {
            assertThat(errand.run(child.id())).endsWithin(SOON).isCompleted();
        }
        assertThat(greeted).containsExactlyInAnyOrder("Ada", "Grace");
    }

    @Test
    void ofOneThatThrewAfterTwoTriggersNeitherRunExists() throws Exception { // case 76
        Run<Object> run = finish(context -> {
            List<Run<String>> never = new ArrayList<>();
            assertThatThrownBy(() -> context.transaction("spawn", tx -> {
                        insert(tx, "a");
                        never.add(errand.with(tx.connection()).trigger(greet, "Ada"));
                        never.add(context.trigger(greet, "Grace"));
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");
            return never.stream().map(each -> each.id().toString()).toList();
        });
        assertThat(run).isCompleted();
        assertThat(errand.runs(RunQuery.all().tasks("greet")).items()).isEmpty();
        errand.trigger(greet, "marker").await(SOON);
        assertThat(greeted).containsExactly("marker");
        assertThat(entries()).isEmpty();
    }

    @Test
    void aHandleAwaitedInItFailsAtOnce() throws Exception { // case 77
        Run<Object> run = finish(context -> context.transaction("spawn", Integer.class, tx -> {
            Run<String> child = errand.with(tx.connection()).trigger(greet, "Ada");
            Run<String> other = context.trigger(greet, "Grace");
            long before = System.nanoTime();
            assertThatThrownBy(() -> child.await(SOON)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> other.await(SOON)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> errand.run(child.id()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in a transaction that this thread has not committed yet");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
            return 1;
        }));
        assertThat(run).isCompleted().hasAttempts(1);
    }

    @Test
    void aRunTriggeredInItIsAChildOfItsRun() throws Exception {
        Gate gate = new Gate();
        Task<String, String> waits = Task.named("waits", String.class, String.class)
                .run((payload, run) -> {
                    gate.pass();
                    return payload;
                });
        errand.put(waits);
        Run<Object> run = trigger(context -> {
            context.transaction("spawn", tx -> context.trigger(waits, "x"));
            gate.awaitArrivals(1);
            gate.pass();
            return "";
        });
        gate.awaitArrivals(1);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.OK);
        List<RunInfo> children = errand.runs(RunQuery.all().tasks("waits")).items();
        assertThat(children).hasSize(1);
        assertThat(errand.run(children.getFirst().id())).endsWithin(SOON).hasState(RunState.CANCELED);
    }
}
