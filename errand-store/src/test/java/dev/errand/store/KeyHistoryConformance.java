package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.CancelAnswer;
import dev.errand.KeyConflictException;
import dev.errand.Page;
import dev.errand.PurgeAnswer;
import dev.errand.RescheduleAnswer;
import dev.errand.Retention;
import dev.errand.RetryAnswer;
import dev.errand.RunId;
import dev.errand.RunInfo;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.store.KeyStore.Stored;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys of triggers through long histories: whoever triggers, whatever becomes of the runs, and whoever dies. */
public abstract class KeyHistoryConformance extends StoreTest {
    private static final List<String> TASKS = List.of("greet", "other");
    /** The whole number where {@code ./check --full} says that many processes are to be killed. */
    private static final int STEPS = Integer.getInteger("errand.kills", 5) < 100 ? 250 : 700;

    private static final int BETWEEN_LOOKS = 50;

    private final KeyModel model = new KeyModel();
    private final Map<Store, List<Claim>> nodes = new LinkedHashMap<>();
    private Random random = new Random();
    private int joined;
    private int triggers;
    private int done;

    static LongStream seeds() {
        return Seeds.few();
    }

    private void node() {
        nodes.put(openNode("node " + ++joined), new ArrayList<>());
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** Any process: the one that only triggers, or a node. */
    private Store any() {
        List<Store> all = new ArrayList<>(nodes.keySet());
        all.add(store);
        return pick(all);
    }

    private Duration seconds(int from, int to) {
        return Duration.ofSeconds(random.nextInt(from, to + 1));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyTriggerComesToTheRunThatTheModelSays(long seed) {
        random = new Random(seed);
        node();
        node();
        Seeds.steps(seed, STEPS, () -> {
            step();
            if (++done % BETWEEN_LOOKS == 0) {
                look();
            }
        });
        Seeds.steps(seed, 1, this::settle);
    }

    private void step() {
        switch (random.nextInt(25)) {
            case 0, 1, 2, 3, 4, 5, 6 -> triggerOne();
            case 7, 8 -> triggerMany();
            case 9 -> triggerInTransaction();
            case 10 -> reset();
            case 11, 12, 13 -> pass(seconds(0, 3));
            case 14, 15 -> take(pick(List.copyOf(nodes.keySet())), 1 + random.nextInt(4));
            case 16, 17, 18, 19 -> report(pick(List.copyOf(nodes.keySet())));
            case 20 -> cancel();
            case 21 -> retry();
            case 22 -> purge();
            case 23 -> reschedule();
            default -> {
                store.prune(Retention.forever(), 100);
                if (random.nextInt(3) == 0) {
                    dieAndRecover();
                }
            }
        }
    }

    // ── triggers

    private KeyedRuns run() {
        return KeyedRuns.of(pick(TASKS), clock).payload("" + ++triggers % 10);
    }

    private KeyedRuns withKey(KeyedRuns run) {
        return run.key("k" + random.nextInt(3)).life(seconds(1, 40));
    }

    private KeyedRuns debounced(KeyedRuns run) {
        Duration delay = seconds(1, 4);
        @Nullable Duration longest = random.nextBoolean() ? null : delay.plus(seconds(1, 4));
        if (random.nextInt(4) == 0) {
            run.expiresIn(delay.plus(seconds(1, 4)).plusMillis(500)); // a moment at which nobody looks
        }
        return run.debounce("d" + random.nextInt(3), delay, longest, random.nextBoolean());
    }

    private KeyedRun keyed() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> withKey(run()).build();
            case 3, 4, 5 -> debounced(run()).build();
            case 6 -> debounced(withKey(run())).build();
            default -> run().build();
        };
    }

    private void triggerOne() {
        KeyedRun trigger = random.nextInt(6) == 0 ? withKey(run()).strict().build() : keyed();
        @Nullable RunId conflict = model.conflict(trigger);
        if (conflict == null) {
            trigger(List.of(trigger));
        } else {
            assertThatThrownBy(() -> any().keys().enqueue(List.of(trigger)))
                    .isInstanceOfSatisfying(
                            KeyConflictException.class, e -> assertThat(e.run()).isEqualTo(conflict));
        }
    }

    private void triggerMany() {
        List<KeyedRun> many = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            many.add(keyed());
        }
        trigger(many);
    }

    private void trigger(List<KeyedRun> runs) {
        List<Stored> answers = any().keys().enqueue(runs);
        List<Stored> expected = runs.stream().map(model::trigger).toList();
        assertThat(answers).as("answers to %s", runs).isEqualTo(expected);
        if (random.nextInt(4) == 0) { // the answer was lost
            assertThat(any().keys().enqueue(runs))
                    .as("answers to a repetition of %s", runs)
                    .isEqualTo(expected);
        }
        expected.forEach(stored -> assertAsModelled(info(stored.run())));
    }

    private void triggerInTransaction() {
        List<KeyedRun> runs = List.of(withKey(run()).build(), run().build());
        try (Connection connection = connect()) {
            List<Stored> answers = any().keys().enqueue(connection, runs);
            if (random.nextBoolean()) {
                connection.commit();
                assertThat(answers)
                        .as("answers to %s", runs)
                        .isEqualTo(runs.stream().map(model::trigger).toList());
            } else {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void reset() {
        String task = pick(TASKS);
        KeyHash key = KeyHash.of("k" + random.nextInt(3));
        boolean held = model.isHeld(task, key, clock.instant());
        assertThat(any().keys().reset(task, key))
                .as("whether a run held the key")
                .isEqualTo(held);
        model.reset(task, key);
    }

    // ── what becomes of the runs

    private void pass(Duration time) {
        clock.advance(time);
        nodes.keySet().forEach(Store::beat);
        nodes.keySet().forEach(Store::recover);
        advance();
    }

    private void advance() {
        Instant now = clock.instant();
        for (int i = 0; i < 10 && store.advance().orElse(Instant.MAX).compareTo(now) <= 0; i++) {
            // There was more to do.
        }
        model.advance(now);
    }

    private int take(Store node, int max) {
        List<Claim> claims = claimNow(node, new ClaimRequest(max, Set.copyOf(TASKS)));
        for (Claim claim : claims) {
            KeyModel.Row row = model.row(claim.run());
            assertThat(row.waits() && row.state == RunState.QUEUED)
                    .as("%s waits for its start", claim)
                    .isTrue();
            assertThat(claim.payload())
                    .as("payload of %s", claim.run())
                    .asString()
                    .isEqualTo(row.payload);
            row.claimed = true;
        }
        nodes.computeIfAbsent(node, none -> new ArrayList<>()).addAll(claims);
        return claims.size();
    }

    private void report(Store node) {
        List<Claim> held = nodes.getOrDefault(node, List.of());
        if (held.isEmpty()) {
            return;
        }
        Claim claim = pick(held);
        Duration delay = seconds(0, 2);
        RunState state = pick(List.of(
                RunState.COMPLETED,
                RunState.FAILED,
                RunState.CRASHED,
                RunState.TIMED_OUT,
                RunState.QUEUED,
                delay.isZero() ? RunState.QUEUED : RunState.RETRYING));
        Report report = switch (state) {
            case COMPLETED -> completed(claim);
            case FAILED -> failed(claim, random.nextBoolean());
            case QUEUED -> new Report.Released(claim);
            case RETRYING -> retried(claim, delay);
            default -> ended(claim, state, null, false);
        };
        end(node, claim, report, state);
        if (state == RunState.RETRYING) {
            KeyModel.Row row = model.row(claim.run());
            row.due = clock.instant().plus(delay);
            row.expires = null; // it has started
        }
    }

    private void end(Store node, Claim claim, Report report, RunState state) {
        assertThat(await(node.record(List.of(report)))).containsExactly(Receipt.RECORDED);
        nodes.getOrDefault(node, List.of()).remove(claim);
        model.row(claim.run()).claimed = false;
        model.row(claim.run()).state = state;
    }

    private void cancel() {
        List<KeyModel.Row> waiting = model.rows(KeyModel.Row::waits);
        if (!waiting.isEmpty()) {
            KeyModel.Row row = pick(waiting);
            assertThat(store.cancel(row.id, "by chance").answer()).isEqualTo(CancelAnswer.OK);
            row.state = RunState.CANCELED;
        }
    }

    private void retry() {
        List<KeyModel.Row> failed = model.rows(row -> row.state == RunState.FAILED);
        if (!failed.isEmpty()) {
            KeyModel.Row row = pick(failed);
            assertThat(store.retry(row.id, 1_000, null, false)).isEqualTo(RetryAnswer.RETRIED);
            row.state = RunState.QUEUED;
            row.expires = null;
        }
    }

    private void purge() {
        List<KeyModel.Row> unclaimed = model.rows(row -> !row.claimed);
        if (!unclaimed.isEmpty()) {
            KeyModel.Row row = pick(unclaimed);
            assertThat(store.purge(row.id, false)).isEqualTo(PurgeAnswer.PURGED);
            model.runs.remove(row.id);
        }
    }

    private void reschedule() {
        List<KeyModel.Row> delayed = model.rows(row -> row.state == RunState.DELAYED);
        if (!delayed.isEmpty()) {
            KeyModel.Row row = pick(delayed);
            row.due = clock.instant().plus(seconds(1, 8));
            row.expires = null;
            assertThat(store.reschedule(row.id, row.due, null)).isEqualTo(RescheduleAnswer.RESCHEDULED);
        }
    }

    private void dieAndRecover() {
        Store victim = pick(List.copyOf(nodes.keySet()));
        List<Claim> held = nodes.remove(victim);
        kill(victim);
        node();
        nodes.keySet().forEach(Store::recover);
        if (held != null) {
            held.forEach(claim -> model.row(claim.run()).claimed = false);
        }
        advance();
    }

    // ── looks

    /** There are the runs of the model, and no others. */
    private void look() {
        Map<RunId, RunInfo> stored = new HashMap<>();
        RunQuery query = RunQuery.all().limit(1_000);
        Page<RunInfo> page = store.list(query);
        page.items().forEach(run -> stored.put(run.id(), run));
        while (page.next().isPresent()) {
            page = store.list(query.after(page.next().get()));
            page.items().forEach(run -> stored.put(run.id(), run));
        }
        assertThat(stored.keySet()).isEqualTo(model.runs.keySet());
        stored.values().forEach(this::assertAsModelled);
    }

    private void assertAsModelled(RunInfo run) {
        KeyModel.Row row = model.row(run.id());
        if (!row.claimed) {
            assertThat(run.state()).as("state of %s", run).isEqualTo(row.state);
        }
        if (row.state == RunState.DELAYED) {
            assertThat(run.dueAt()).as("start of %s", run).isEqualTo(row.due);
            assertThat(run.expiresAt()).as("expiry of %s", run).isEqualTo(row.expires);
        }
        assertThat(run.payload().text()).as("payload of %s", run).isEqualTo(row.payload);
    }

    /** All start in the end, each once, and nothing else does. */
    private void settle() {
        for (int round = 0;
                round < 100 && !model.rows(row -> !row.state.isTerminal()).isEmpty();
                round++) {
            pass(Duration.ofSeconds(1));
            for (Store node : List.copyOf(nodes.keySet())) {
                take(node, 200);
                for (Claim claim : List.copyOf(nodes.getOrDefault(node, List.of()))) {
                    end(node, claim, completed(claim), RunState.COMPLETED);
                }
            }
        }
        assertThat(model.rows(row -> !row.state.isTerminal()))
                .extracting(row -> row.id)
                .as("runs that never come to their end")
                .isEmpty();
        look();
    }

    // ── at the same time

    @Test
    void keysHaveOneHolderAtATimeWhileManyTriggerAndResetAndRunsFail() throws Exception {
        long seed = Long.getLong("errand.seed", System.nanoTime());
        KeyRace race = new KeyRace(this, List.of(store, open(), open()), openNode("worker"), seed);
        race.run();
        assertThat(race.violations()).as("-Derrand.seed=%d", seed).isEmpty();
        assertThat(race.freshRuns()).as("-Derrand.seed=%d", seed).isGreaterThan(KeyRace.KEYS);
    }
}
