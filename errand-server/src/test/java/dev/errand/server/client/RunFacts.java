package dev.errand.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.errand.AwaitTimeoutException;
import dev.errand.Batch;
import dev.errand.BatchInfo;
import dev.errand.BatchItem;
import dev.errand.BatchNotFoundException;
import dev.errand.BatchOptions;
import dev.errand.Batches;
import dev.errand.CancelAnswer;
import dev.errand.Debounce;
import dev.errand.EmittedItem;
import dev.errand.EventFilter;
import dev.errand.IdempotencyKey;
import dev.errand.InvalidPayloadException;
import dev.errand.Json;
import dev.errand.KeyConflictException;
import dev.errand.LogLine;
import dev.errand.MetadataEdit;
import dev.errand.MetadataTooLargeException;
import dev.errand.Page;
import dev.errand.PurgeAnswer;
import dev.errand.QueueFullException;
import dev.errand.QueueNotFoundException;
import dev.errand.ReplayOptions;
import dev.errand.RescheduleAnswer;
import dev.errand.RetryAnswer;
import dev.errand.Run;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunNotFoundException;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.ScheduleNotFoundException;
import dev.errand.SignalAnswer;
import dev.errand.Step;
import dev.errand.StepNotFoundException;
import dev.errand.TaskNotFoundException;
import dev.errand.TokenId;
import dev.errand.TokenNotFoundException;
import dev.errand.TriggerOptions;
import dev.errand.TriggerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What holds of runs and batches. */
abstract class RunFacts extends Facts {
    // ── runs

    @Test
    void aRunIsTriggeredAndAwaitedByItsTypes() throws Exception {
        Run<Receipt> run = errand().trigger(
                        BUY,
                        new Order("nail", 3),
                        TriggerOptions.none().name("n").tags("a,b", "c"));
        assertThat(run.await(PATIENCE)).isEqualTo(new Receipt("nail", List.of(3, 6)));
        assertThat(run.isHit()).isFalse();
        assertThat(run.isFinished()).isTrue();
        assertThat(run.isFailed()).isFalse();
        assertThat(run.info().payload()).isEqualTo(new Json("{\"item\":\"nail\",\"count\":3}"));
        assertThat(run.attempts()).hasSize(1);
        assertThat(run.steps()).extracting(Step::name).containsExactly("double");
        assertThat(run.log()).extracting(LogLine::message).containsExactly("buying");
        assertThat(run.log(run.log().getFirst().position())).isEmpty();
        assertThat(run.emitted()).containsExactly(new Json("3"));
        assertThat(run.emitted(0)).extracting(EmittedItem::item).containsExactly(new Json("3"));
        assertThat(run.published("item", String.class)).contains("nail");
        assertThat(run.published("nothing", String.class)).isEmpty();
        assertThat(run.progress()).isEmpty();
        assertThat(run.takeEmitted()).hasSize(1);
        assertThat(run.takeEmitted()).isEmpty();
        assertThat(errand().run(run.id(), BUY).result(Duration.ZERO).unwrap().text())
                .isEqualTo("nail");
        assertThat(errand().why(run.id())).isNotBlank();
        assertThatThrownBy(() -> run.published("item", Integer.class)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRunThatFailedTellsWhy() throws Exception {
        Run<Json> run = errand().trigger("fail", null);
        assertThatThrownBy(() -> run.await(PATIENCE)).isInstanceOfSatisfying(RunFailedException.class, error -> {
            assertThat(error.run()).isEqualTo(run.id());
            assertThat(error.state()).isEqualTo(RunState.FAILED);
            assertThat(error.isOf(IllegalStateException.class)).isTrue();
        });
        assertThat(run.result(PATIENCE).ok()).isFalse();
        assertThatThrownBy(() -> run.future().toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RunFailedException.class);
        assertThat(run.retry()).isEqualTo(RetryAnswer.NO_ATTEMPTS_LEFT);
        assertThat(run.forceRetry()).isEqualTo(RetryAnswer.RETRIED);
        assertThat(run.result(PATIENCE).ok()).isFalse();
        assertThat(run.attempts()).hasSize(2);
    }

    @Test
    void aWaitEndsWithItsTime() throws Exception {
        Run<Receipt> run = delayed(TriggerOptions.none());
        assertThatThrownBy(() -> run.await(Duration.ofMillis(50)))
                .isInstanceOfSatisfying(
                        AwaitTimeoutException.class,
                        error -> assertThat(error.state()).isEqualTo(RunState.DELAYED));
        assertThat(run.result(Duration.ofMillis(50))).isInstanceOf(RunResult.Unfinished.class);
        assertThat(errand().awaitAny(List.of(run), Duration.ofMillis(50))).isEmpty();
        assertThat(errand().awaitAll(List.of(run), Duration.ofMillis(50))).isFalse();
        assertThat(errand().awaitEvent(EventFilter.named("never"), Duration.ofMillis(50)))
                .isEmpty();
    }

    @Test
    void theEndOfARunIsToldOnceWhetherItIsThereOrComes() throws Exception {
        BlockingQueue<RunResult<String>> told = new LinkedBlockingQueue<>();
        Run<String> run = errand().trigger(LISTEN, Json.NULL);
        run.onFinish(told::add);
        var closed = run.onFinish(told::add);
        closed.close();
        assertThat(errand().signal(run.id(), "word", "hello")).isEqualTo(SignalAnswer.OK);
        RunResult<String> result = told.poll(60, TimeUnit.SECONDS);
        assertThat(result).isNotNull().extracting(RunResult::unwrap).isEqualTo("hello");
        run.onFinish(told::add);
        assertThat(told.poll(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(told).isEmpty();
        assertThat(run.future().toCompletableFuture().get(60, TimeUnit.SECONDS)).isEqualTo("hello");
        assertThat(errand().signal(run.id(), "word", "late")).isEqualTo(SignalAnswer.FINISHED);
    }

    @Test
    void manyRunsAreAwaitedTogether() throws Exception {
        Run<Receipt> never = delayed(TriggerOptions.none());
        List<Run<Receipt>> runs = errand().triggerAll(BUY, List.of(new Order("a", 1), new Order("b", 2)));
        assertThat(errand().awaitAll(runs, PATIENCE)).isTrue();
        assertThat(runs.get(1).result(PATIENCE).unwrap().text()).isEqualTo("b");
        assertThat(errand().awaitAny(List.of(never, runs.get(0)), PATIENCE)).contains(runs.get(0));
        never.purge();
        assertThat(errand().awaitAny(List.of(never), PATIENCE)).contains(never);
        assertThatThrownBy(() -> errand().awaitAny(List.<Run<?>>of(), PATIENCE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneIsConsumedAndGone() throws Exception {
        Run<Receipt> run = bought(4);
        assertThat(run.consume(PATIENCE)).isEqualTo(List.of(4, Map.of("text", "nail", "parts", List.of(4, 8))));
        assertThatThrownBy(run::info)
                .isInstanceOfSatisfying(
                        RunNotFoundException.class,
                        error -> assertThat(error.run()).isEqualTo(run.id()));
        assertThat(errand().triggerAndWait(BUY, new Order("x", 1), PATIENCE)).isInstanceOf(List.class);
    }

    @Test
    void whatIsAskedOfARunIsAnsweredByAWord() throws Exception {
        Run<Receipt> run = delayed(TriggerOptions.none());
        Instant due = errand().now().plus(Duration.ofDays(1));
        assertThat(run.reschedule(due)).isEqualTo(RescheduleAnswer.RESCHEDULED);
        assertThat(run.info().dueAt()).isEqualTo(due);
        assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_FAILED);
        assertThat(run.cancel("enough")).isEqualTo(CancelAnswer.OK);
        assertThat(run.info().reason()).isEqualTo("enough");
        assertThat(run.reschedule(due)).isEqualTo(RescheduleAnswer.NOT_DELAYED);
        assertThat(run.purge()).isEqualTo(PurgeAnswer.PURGED);
        assertThat(run.purge()).isEqualTo(PurgeAnswer.NOT_FOUND);
        assertThat(run.cancel()).isEqualTo(CancelAnswer.NOT_FOUND);
        assertThat(run.retry()).isEqualTo(RetryAnswer.NOT_FOUND);
        assertThat(run.reschedule(due)).isEqualTo(RescheduleAnswer.NOT_FOUND);
        assertThat(errand().signal(run.id(), "word", 1)).isEqualTo(SignalAnswer.NOT_FOUND);
    }

    @Test
    void aRunIsReplayedAsItWasOrOtherwise() throws Exception {
        Run<Receipt> run = bought(5);
        Run<Receipt> again = run.replay();
        assertThat(again.id()).isNotEqualTo(run.id());
        assertThat(again.await(PATIENCE)).isEqualTo(run.await(PATIENCE));
        assertThat(again.info().replayOf()).isEqualTo(run.id());
        Run<Receipt> other = run.replay(ReplayOptions.none()
                .payload(new Order("screw", 1))
                .with(options -> options.tags("other").name("named").idempotencyKey("replayed")));
        assertThat(other.await(PATIENCE).text()).isEqualTo("screw");
        assertThat(other.info().tags()).containsExactly("other");
        assertThat(other.info().name()).isEqualTo("named");
        Run<Receipt> held = run.replay(ReplayOptions.none().with(options -> options.idempotencyKey("replayed")));
        assertThat(held.isHit()).isTrue();
        assertThat(held.id()).isEqualTo(other.id());
        assertThat(run.replayFrom("double").await(PATIENCE)).isEqualTo(run.await(PATIENCE));
        assertThatThrownBy(() -> run.replayFrom("triple"))
                .isInstanceOfSatisfying(
                        StepNotFoundException.class,
                        error -> assertThat(error.kept()).containsExactly("double"));
        assertThatThrownBy(() -> run.replay(ReplayOptions.none().payload("text")))
                .isInstanceOf(InvalidPayloadException.class);
    }

    @Test
    void tagsAndMetadataAreChangedFromOutside() {
        Run<Receipt> run = delayed(TriggerOptions.none().tags("a").metadata(Map.of("rows", 1, "gone", true)));
        assertThat(run.addTags("b", "a")).containsExactly("a", "b");
        assertThat(run.editMetadata(List.of(
                        new MetadataEdit.Increment("rows", 2),
                        new MetadataEdit.Delete("gone"),
                        new MetadataEdit.Set("$.file.name", "x"),
                        new MetadataEdit.Append("list", 7))))
                .contains(entry("file", Map.of("name", "x")))
                .hasEntrySatisfying("list", list -> assertThat(list).hasToString("[7]"))
                .doesNotContainKey("gone");
        assertThat(((Number) run.info().metadata().get("rows")).intValue()).isEqualTo(3);
        assertThatThrownBy(() -> run.addTags("x".repeat(129))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> run.editMetadata(List.of(new MetadataEdit.Set("big", "x".repeat(300_000)))))
                .isInstanceOf(MetadataTooLargeException.class);
    }

    @Test
    void runsAreListedPageByPageByWhatTheyAre() throws Exception {
        for (int i = 0; i < 3; i++) {
            delayed(TriggerOptions.none().tags("listed, with a comma"));
        }
        RunQuery query = RunQuery.all().tags("listed, with a comma").limit(2);
        Page<RunInfo> first = errand().runs(query);
        assertThat(first.items()).hasSize(2);
        Page<RunInfo> second = errand().runs(query.after(first.next().orElseThrow()));
        assertThat(second.items()).hasSize(1);
        assertThat(second.next()).isEmpty();
        assertThat(errand().runs(query.before(second.previous().orElseThrow())).items())
                .isEqualTo(first.items());
        assertThat(errand().runs(RunQuery.all().ids(RunId.next())).items()).isEmpty();
        assertThat(errand().purge(RunQuery.all().tags("listed, with a comma")).purged())
                .isEqualTo(3);
        assertThatThrownBy(() -> errand().runs(RunQuery.all().after("no cursor")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ── what cannot be

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> errand().trigger("bui", null))
                .isInstanceOfSatisfying(TaskNotFoundException.class, error -> {
                    assertThat(error.task()).isEqualTo("bui");
                    assertThat(error.similar()).contains("buy");
                });
        assertThatThrownBy(() -> errand().run(RunId.next())).isInstanceOf(RunNotFoundException.class);
        assertThatThrownBy(() -> errand().batch(dev.errand.BatchId.next(Instant.now())))
                .isInstanceOf(BatchNotFoundException.class);
        assertThatThrownBy(() -> errand().queues().get("none"))
                .isInstanceOfSatisfying(
                        QueueNotFoundException.class,
                        error -> assertThat(error.queue()).isEqualTo("none"));
        assertThatThrownBy(() ->
                        errand().trigger("buy", null, TriggerOptions.none().queue("none")))
                .isInstanceOf(QueueNotFoundException.class);
        assertThatThrownBy(() -> errand().tokens().get(TokenId.random())).isInstanceOf(TokenNotFoundException.class);
        assertThatThrownBy(() -> errand().schedules().get("none")).isInstanceOf(ScheduleNotFoundException.class);
        assertThat(errand().task("none")).isEmpty();
        assertThat(errand().task("BUY").orElseThrow().id()).isEqualTo("buy");
        assertThat(errand().tasks()).hasSize(4);
    }

    @Test
    void aPayloadThatDoesNotFitIsRefusedWithThePlace() {
        assertThatThrownBy(() -> errand().trigger("buy", Map.of("item", "nail", "count", "three")))
                .isInstanceOfSatisfying(InvalidPayloadException.class, error -> {
                    assertThat(error.task()).isEqualTo("buy");
                    assertThat(error.path()).isEqualTo("/count");
                });
        assertThatThrownBy(() -> errand().trigger("buy", new Json("{"))).isInstanceOf(InvalidPayloadException.class);
    }

    @Test
    void whatIsTriggeredTogetherIsThereAsAWholeOrNotAtAll() {
        List<TriggerRequest> requests = List.of(
                new TriggerRequest(
                        "buy", new Order("a", 1), TriggerOptions.none().tags("whole")),
                TriggerRequest.of("nobody", null));
        assertThatThrownBy(() -> errand().triggerAll(requests)).isInstanceOf(TaskNotFoundException.class);
        assertThat(errand().runs(RunQuery.all().tags("whole")).items()).isEmpty();
        assertThat(errand().triggerAll(List.of(TriggerRequest.of("fail", null), requests.get(0))))
                .extracting(run -> run.info().task())
                .containsExactly("fail", "buy");
        assertThatThrownBy(() -> errand().triggerAll(
                                BUY,
                                List.of(new Order("a", 1)),
                                TriggerOptions.none().debounce(Debounce.of("d", Duration.ofMinutes(1)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyHasRepeatedTriggersBeOneRun() {
        IdempotencyKey key = IdempotencyKey.of("order-17").strict();
        TriggerOptions options = TriggerOptions.none().idempotencyKey(key);
        Run<Receipt> first = delayed(options);
        Run<Receipt> second = delayed(options);
        assertThat(first.isHit()).isFalse();
        assertThat(second.isHit()).isTrue();
        assertThat(second.id()).isEqualTo(first.id());
        assertThatThrownBy(() -> errand().trigger(BUY, new Order("other", 1), options))
                .isInstanceOfSatisfying(KeyConflictException.class, error -> {
                    assertThat(error.run()).isEqualTo(first.id());
                    assertThat(error.key()).isEqualTo("order-17");
                });
        assertThat(errand().resetKey("buy", "order-17")).isTrue();
        assertThat(errand().resetKey("buy", "order-17")).isFalse();
        assertThat(delayed(options).isHit()).isFalse();
        TriggerOptions request = TriggerOptions.none().requestKey("the same");
        assertThat(delayed(request).id()).isEqualTo(delayed(request).id());
    }

    @Test
    void aFullQueueTakesNoMore() {
        assertThatThrownBy(() -> errand().trigger("full", null))
                .isInstanceOfSatisfying(QueueFullException.class, error -> {
                    assertThat(error.queue()).isEqualTo("full");
                    assertThat(error.maxPending()).isZero();
                });
    }

    // ── batches

    @Test
    void aBatchIsAwaitedAsAWhole() throws Exception {
        Batch<Receipt> batch = errand().triggerBatch(
                        BUY,
                        List.of(new Order("a", 1), new Order("b", 2)),
                        BatchOptions.none().name("two"));
        assertThat(batch.await(PATIENCE))
                .extracting(result -> result.unwrap().text())
                .containsExactly("a", "b");
        assertThat(batch.info().name()).isEqualTo("two");
        assertThat(batch.info().count(RunState.COMPLETED)).isEqualTo(2);
        Batch<Json> found = errand().batch(batch.id());
        assertThat(found.runs())
                .extracting(run -> run.id())
                .isEqualTo(batch.runs().stream().map(run -> run.id()).toList());
        assertThat(errand().triggerBatch(List.of(), BatchOptions.none()).await(PATIENCE))
                .isEmpty();
        assertThatThrownBy(() -> errand().triggerBatch(
                                List.of(new TriggerRequest(
                                        "buy", null, TriggerOptions.none().idempotencyKey("k"))),
                                BatchOptions.none()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBatchIsFilledBitByBit() throws Exception {
        Batches.Opened opened = errand().batches().open(3, BatchOptions.none());
        BatchItem first = BatchItem.of(0, TriggerRequest.of("buy", new Order("a", 1)));
        BatchItem refused = new BatchItem.Refused(2, "buy", "not wanted");
        assertThat(errand().batches().fill(opened.id(), List.of(first, refused)))
                .isEqualTo(new Batches.Filling(2, 0, 2, 3));
        BatchItem wrong = BatchItem.of(1, TriggerRequest.of("nobody", null));
        assertThat(errand().batches().fill(opened.id(), List.of(wrong)).isSealed())
                .isTrue();
        assertThat(errand().batches().filling(opened.id()).items()).isEqualTo(3);
        BatchInfo info = errand().batch(opened.id()).info();
        assertThat(info.refused()).extracting(BatchItem.Refused::index).containsExactly(1, 2);
        assertThat(errand().batch(opened.id()).await(PATIENCE)).hasSize(1);
        assertThatThrownBy(() ->
                        errand().batches().fill(opened.id(), List.of(BatchItem.of(7, TriggerRequest.of("buy", null)))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
