package dev.errand.acceptance;

import dev.errand.AbortException;
import dev.errand.BatchId;
import dev.errand.BatchOptions;
import dev.errand.Errand;
import dev.errand.Failure;
import dev.errand.FailureKind;
import dev.errand.Json;
import dev.errand.NodeInfo;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.store.Claim;
import dev.errand.store.ClaimRequest;
import dev.errand.store.Report;
import dev.errand.store.StepEntry;
import dev.errand.store.Store;
import dev.errand.store.StoreProvider;
import dev.errand.store.StoreSettings;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Fills a store with runs in all states that one can rest in, and opens others that hold the same. */
final class VariedRuns {
    private static final Duration SHORT = Duration.ofMinutes(1);

    private final String url;
    private final SettableClock clock = new SettableClock();
    private final Queue<RunId> started = new ConcurrentLinkedQueue<>();
    private long lastNode;

    /** In the order of their triggers. */
    final List<RunId> queued = new ArrayList<>();

    BatchId batch = new BatchId(0, 0);
    RunId delayed = new RunId(0, 0);
    RunId retrying = new RunId(0, 0);
    RunId waiting = new RunId(0, 0);
    RunId journaled = new RunId(0, 0);

    private final Task<Integer, String> notes = Task.named("notes", Integer.class, String.class)
            .aliases("noted")
            .run((payload, run) -> {
                run.log().info("payload {}", payload);
                run.log().warn("ümläut \u0001 and 'quotes'");
                run.progress(payload, 10);
                run.emit("first");
                run.emit(Map.of("n", payload));
                run.metadata().set("seen", payload);
                return "out " + payload;
            });
    private final Task<String, Void> later = Task.named("later", String.class, Void.class)
            .run((payload, run) -> {
                started.add(run.id());
                return null;
            });
    private final Task<String, String> secondTime = Task.named("second-time", String.class, String.class)
            .retry(Retry.fixed(Duration.ofHours(1)).attempts(3))
            .run((payload, run) -> {
                if (run.attempt() == 1) {
                    throw new IllegalStateException("not yet");
                }
                return payload;
            });
    private final Task<String, String> sleeps = Task.named("sleeps", String.class, String.class)
            .run((payload, run) -> {
                run.log().info("before");
                run.sleep("half an hour", Duration.ofMinutes(30));
                run.log().info("after");
                return payload + " " + run.attempt();
            });
    private final Task<String, Void> fails = Task.named("fails", String.class, Void.class)
            .retry(Retry.byHand(2))
            .run((payload, run) -> {
                throw payload.equals("abort") ? new AbortException("for good") : new IllegalStateException(payload);
            });
    private final Gate gate = new Gate();
    private final Task<String, Void> blocks = Task.named("blocks", String.class, Void.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                gate.pass();
                return null;
            });

    private final Task<String, Void> poison =
            Task.named("poison", String.class, Void.class).run((payload, run) -> null);

    VariedRuns(String url) {
        this.url = url;
    }

    void make() throws Exception {
        reopen(url).close(); // which declares all tasks
        try (TestErrand engine = open(url, notes, secondTime, sleeps, fails, blocks)) {
            end(engine);
            endUnstarted(engine.errand());
            await(engine.errand());
            lastNode = engine.errand().nodes().stream()
                    .mapToLong(NodeInfo::number)
                    .max()
                    .orElseThrow();
        }
        crash();
    }

    /** A store with the same runs, with the code of all of them; one runs at a time. */
    TestErrand reopen(String copy) {
        return open(copy, notes, secondTime, sleeps, fails, blocks, later, poison);
    }

    private TestErrand open(String store, Task<?, ?>... tasks) {
        return TestErrand.open(
                clock,
                settings ->
                        settings.store(store).concurrency(1).version("1.2.3").tasks(tasks));
    }

    private void end(TestErrand engine) throws InterruptedException {
        Errand errand = engine.errand();
        TriggerOptions options = TriggerOptions.none()
                .name("a name")
                .tags("red", "green")
                .priority(5)
                .metadata(Map.of("from", "trigger"))
                .asTest();
        errand.trigger(notes, 3, options);
        batch = errand.triggerBatch(notes, List.of(7, 8), BatchOptions.none().name("both"))
                .id();
        errand.trigger("noted", 4, TriggerOptions.none());
        errand.triggerAll(notes, List.of(5, 6, 7));
        errand.trigger(fails, "abort");
        Run<Void> again = errand.trigger(fails, "retried by hand");
        errand.trigger(fails, "may be retried by hand");
        engine.runUntilIdle();
        again.retry();
        engine.runUntilIdle();
        Run<Void> late = errand.trigger(blocks, "late", TriggerOptions.none().timeout(SHORT));
        engine.until(late, RunState.EXECUTING);
        clock.advance(SHORT);
        engine.finish(late);
    }

    /** Here nobody has the code of what comes later. */
    private void endUnstarted(Errand errand) throws InterruptedException {
        Run<Json> expires =
                errand.trigger("later", "expires", TriggerOptions.none().ttl(SHORT));
        clock.advance(SHORT);
        Soon.await("it expires", expires::isFinished);
        errand.trigger("later", "canceled").cancel("not wanted");
    }

    private void await(Errand errand) throws InterruptedException {
        Run<String> failing = errand.trigger(secondTime, "x");
        Soon.await("it failed once", () -> failing.state() == RunState.RETRYING);
        retrying = failing.id();
        Run<String> sleeping = errand.trigger(sleeps, "rested");
        Soon.await("it sleeps", () -> sleeping.state() == RunState.WAITING);
        waiting = sleeping.id();
        delayed = errand.trigger("later", "delayed", TriggerOptions.none().after(Duration.ofHours(2)))
                .id();
        errand.trigger("later", "for long", TriggerOptions.none().after(Duration.ofDays(30_000)));
        queued.add(errand.trigger("later", "first").id());
        queued.add(errand.trigger("later", "urgent", TriggerOptions.none().priority(60))
                .id());
        errand.triggerAll(later, List.of("1", "2", "3")).forEach(run -> queued.add(run.id()));
        queued.add(errand.trigger("later", "last", TriggerOptions.none().ttl(Duration.ofDays(1)))
                .id());
    }

    /** As the engine does with a run that did some steps, and killed process after process. */
    private void crash() throws Exception {
        try (Errand errand =
                        Errand.builder().store(url).clock(clock).concurrency(0).open();
                Store store = store(url)) {
            errand.trigger("poison", "x");
            store.join("claims", 1);
            Claim claim = store.claim(new ClaimRequest(1, Set.of("poison")))
                    .toCompletableFuture()
                    .get()
                    .getFirst();
            journaled = claim.run();
            Instant now = clock.instant();
            byte[] result = "{\"ümläut\":[1,\"\\u0000\"]}".getBytes(StandardCharsets.UTF_8);
            Failure failure = new Failure(FailureKind.DECLARED, "E", "refused", "at Bank", 1, now);
            store.record(List.of(
                            new Report.Journaled(
                                    claim, new StepEntry(1, "pay/1", "pay", 1, now, now.plusMillis(7), result, null)),
                            new Report.Journaled(claim, new StepEntry(2, "ask", "ask", 1, now, now, null, failure)),
                            new Report.Journaled(claim, new StepEntry(3, "blow", "blow", 1, now, null, null, null)),
                            new Report.Ended(claim, RunState.CRASHED, null, now, null, null, "died with it", false)))
                    .toCompletableFuture()
                    .get();
        }
    }

    /** A store, opened by itself. */
    Store store(String its) {
        StoreProvider provider = ServiceLoader.load(StoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.accepts(its))
                .findFirst()
                .orElseThrow();
        return provider.open(new StoreSettings(its, null, Map.of(), clock));
    }

    /** The highest number of a node of the store that was filled, but for one that came later. */
    long lastNode() {
        return lastNode;
    }

    /** Of the starts of what was queued. */
    List<RunId> order() {
        return started.stream().filter(queued::contains).toList();
    }

    /** The urgent one first. */
    List<RunId> expectedOrder() {
        List<RunId> order = new ArrayList<>(queued);
        order.addFirst(order.remove(1));
        return order;
    }
}
