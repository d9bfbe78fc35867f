package dev.errand.acceptance;

import static dev.errand.acceptance.Soon.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.OnConflict;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.testkit.SettableClock;
import dev.errand.testkit.TestErrand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 64 triggers at once, by two engines that execute what they get meanwhile, of runs that do not wait for the limit of their key. */
class ConflictRaceTest {
    private static final int TRIGGERS = 64;
    private static final int KEYS = 4;
    private static final int OF_KEY = TRIGGERS / KEYS;

    private final Gate gate = new Gate();
    private final Map<String, AtomicInteger> executing = new ConcurrentHashMap<>();
    private final AtomicInteger most = new AtomicInteger();

    @TempDir
    private Path folder;

    private @Nullable TestErrand one;
    private @Nullable TestErrand two;

    private Task<String, String> work(OnConflict policy) {
        return Task.named("work", String.class, String.class)
                .queue(TaskQueue.named("line").concurrencyPerKey(1).onConflict(policy))
                .retry(Retry.none())
                .run((key, run) -> {
                    AtomicInteger now = executing.computeIfAbsent(key, it -> new AtomicInteger());
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    try {
                        gate.pass();
                    } finally {
                        now.decrementAndGet();
                    }
                    return key;
                });
    }

    @AfterEach
    void close() {
        gate.open();
        for (TestErrand engine : Arrays.asList(one, two)) {
            if (engine != null) {
                engine.close();
            }
        }
    }

    /** All at once; each key's in no order. */
    private Map<String, List<Run<String>>> triggerAll(OnConflict policy) throws Exception {
        Task<String, String> work = work(policy);
        String url = TestStore.url(folder);
        SettableClock clock = new SettableClock();
        TestErrand first =
                TestErrand.open(clock, settings -> settings.store(url).tasks(work));
        one = first;
        TestErrand second =
                TestErrand.open(clock, settings -> settings.store(url).tasks(work));
        two = second;
        List<Future<Run<String>>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < TRIGGERS; i++) {
                TestErrand by = i / KEYS % 2 == 0 ? first : second;
                String key = "k" + i % KEYS;
                TriggerOptions ofKey = TriggerOptions.none().concurrencyKey(key);
                answers.add(callers.submit(() -> by.errand().trigger(work, key, ofKey)));
            }
        }
        List<Run<String>> runs = new ArrayList<>();
        for (Future<Run<String>> answer : answers) {
            runs.add(answer.get());
        }
        return runs.stream()
                .collect(Collectors.groupingBy(run -> run.info().payload().text()));
    }

    private static long count(List<Run<String>> runs, RunState state) {
        return runs.stream().filter(run -> run.state() == state).count();
    }

    private void finish(List<Run<String>> runs) throws InterruptedException {
        gate.open();
        for (Run<String> run : runs) {
            run.result(SOON);
        }
        assertThat(most).as("of one key at a time").hasValueLessThanOrEqualTo(1);
    }

    private void assertNothingIsTaken() {
        assertThat(one).isNotNull();
        assertThat(one.errand().queues().get("line").claimed()).isZero();
    }

    @Test
    void oneOfEachKeyIsKeptWhereOthersAreDropped() throws Exception {
        for (List<Run<String>> runs : triggerAll(OnConflict.DROP).values()) {
            assertThat(runs).hasSize(OF_KEY);
            assertThat(count(runs, RunState.CANCELED)).isEqualTo(OF_KEY - 1);
            finish(runs);
            assertThat(count(runs, RunState.COMPLETED)).isEqualTo(1);
        }
        assertNothingIsTaken();
    }

    /** What executes stays, and one more of each key. */
    @Test
    void whatIsQueuedIsReplacedAndNoRunTwice() throws Exception {
        for (List<Run<String>> runs : triggerAll(OnConflict.REPLACE).values()) {
            List<String> reasons = runs.stream()
                    .filter(run -> run.state() == RunState.CANCELED)
                    .map(run -> String.valueOf(run.info().reason()))
                    .toList();
            assertThat(reasons)
                    .hasSizeBetween(OF_KEY - 2, OF_KEY - 1)
                    .doesNotHaveDuplicates()
                    .allMatch(reason -> reason.startsWith("replaced by"));
            finish(runs);
            assertThat(count(runs, RunState.COMPLETED)).isEqualTo(OF_KEY - reasons.size());
        }
        assertNothingIsTaken();
    }

    /** All but the last of each key, be they queued or executing when the next one comes. */
    @Test
    void whatExecutesIsReplacedTooUntilTheLastIsLeft() throws Exception {
        Map<String, List<Run<String>>> all = triggerAll(OnConflict.REPLACE_EXECUTING);
        for (List<Run<String>> runs : all.values()) {
            Soon.await("all but one have ended", () -> count(runs, RunState.CANCELED) == OF_KEY - 1);
        }
        for (List<Run<String>> runs : all.values()) {
            finish(runs);
            assertThat(count(runs, RunState.COMPLETED)).isEqualTo(1);
        }
        assertNothingIsTaken();
    }
}
