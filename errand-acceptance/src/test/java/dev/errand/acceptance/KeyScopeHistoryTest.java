package dev.errand.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.IdempotencyKey;
import dev.errand.IdempotencyKey.Scope;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunId;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Idempotency keys of all scopes through long histories, in bodies that are retried and outside, against what scopes mean. */
@Tag(TestStore.ONCE)
class KeyScopeHistoryTest {
    private static final List<Scope> SCOPES = List.of(Scope.RUN, Scope.ATTEMPT, Scope.GLOBAL);
    private static final int STEPS = 150;
    private static final Duration CHILD_DELAY = Duration.ofHours(1);

    /**
     * A trigger of a child that fails or not.
     *
     * @param minutes the life of its key
     * @param throughErrand whether a body triggers it without its context, by the thread it runs on
     */
    record Wish(int key, @Nullable Scope scope, int minutes, boolean fails, boolean throughErrand) {}

    /** What each attempt wishes; all but the last fail then. */
    record Plan(List<List<Wish>> attempts) {}

    /** What was answered to a body of a parent, or outside of all. */
    private record Answer(Wish wish, @Nullable RunId parent, int attempt, Run<String> run) {}

    private record Child(RunId run, Instant until, Instant due, boolean fails) {}

    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final Map<String, Child> holders = new HashMap<>();
    private final Task<Boolean, String> child = Task.named("child", Boolean.class, String.class)
            .retry(Retry.none())
            .run((fails, run) -> {
                if (fails) {
                    throw new IllegalStateException("as it was told to");
                }
                return "done";
            });
    private final Task<Plan, String> parent = Task.named("parent", Plan.class, String.class)
            .retry(Retry.fixed(Duration.ZERO).attempts(5))
            .run((plan, run) -> {
                for (Wish wish : plan.attempts().get(run.attempt() - 1)) {
                    Run<String> stored = wish.throughErrand()
                            ? test().errand().trigger(child(), wish.fails(), options(wish))
                            : run.trigger(child(), wish.fails(), options(wish));
                    answers.add(new Answer(wish, run.id(), run.attempt(), stored));
                }
                if (run.attempt() < plan.attempts().size()) {
                    throw new IllegalStateException("once more");
                }
                return "done";
            });

    @AutoClose
    private final TestErrand test = TestStore.open(child, parent);

    private Random random = new Random();

    static LongStream seeds() {
        Long asked = Long.getLong("errand.seed");
        return asked == null ? LongStream.rangeClosed(1, 2) : LongStream.of(asked);
    }

    private Task<Boolean, String> child() {
        return child;
    }

    private TestErrand test() {
        return test;
    }

    private static TriggerOptions options(Wish wish) {
        IdempotencyKey key = IdempotencyKey.of("k" + wish.key()).life(Duration.ofMinutes(wish.minutes()));
        if (wish.scope() != null) {
            key = key.scope(wish.scope());
        }
        return TriggerOptions.none().after(CHILD_DELAY).idempotencyKey(key);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyTriggerComesToTheRunThatItsScopeSays(long seed) throws InterruptedException {
        random = new Random(seed);
        for (int step = 1; step <= STEPS; step++) {
            answers.clear();
            try {
                step();
                answers.forEach(this::check);
            } catch (AssertionError e) {
                throw new AssertionError("-Derrand.seed=%d, step %d: %s".formatted(seed, step, e.getMessage()), e);
            }
        }
    }

    private void step() throws InterruptedException {
        switch (random.nextInt(7)) {
            case 0, 1, 2 -> test.finish(test.errand().trigger(parent, plan()));
            case 3 -> {
                Wish wish = wish();
                answers.add(new Answer(wish, null, 0, test.errand().trigger(child, wish.fails(), options(wish))));
            }
            case 4 -> {
                int key = random.nextInt(3);
                boolean held = holder("k" + key) != null;
                assertThat(test.errand().resetKey("child", "k" + key))
                        .as("whether a run held k%d", key)
                        .isEqualTo(held);
                holders.remove("k" + key);
            }
            default -> test.advance(Duration.ofMinutes(1 + random.nextInt(40)));
        }
    }

    private Plan plan() {
        List<List<Wish>> attempts = new ArrayList<>();
        for (int attempt = random.nextInt(3); attempt >= 0; attempt--) {
            List<Wish> wishes = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                wishes.add(wish());
            }
            attempts.add(wishes);
        }
        return new Plan(attempts);
    }

    private Wish wish() {
        int scope = random.nextInt(SCOPES.size() + 1);
        return new Wish(
                random.nextInt(3),
                scope == 0 ? null : SCOPES.get(scope - 1),
                1 + random.nextInt(120),
                random.nextBoolean(),
                random.nextBoolean());
    }

    // ── what scopes mean

    /** Within what a key is one key. */
    private static String within(Answer answer) {
        String key = "k" + answer.wish().key();
        if (answer.parent() == null || answer.wish().scope() == Scope.GLOBAL) {
            return key;
        }
        return answer.wish().scope() == Scope.ATTEMPT
                ? key + " of attempt " + answer.attempt() + " of " + answer.parent()
                : key + " of " + answer.parent();
    }

    /** Null if the key is free: its life is over, or its child failed. */
    private @Nullable Child holder(String key) {
        Instant now = test.clock().instant();
        Child holder = holders.get(key);
        boolean held =
                holder != null && now.isBefore(holder.until()) && !(holder.fails() && !now.isBefore(holder.due()));
        return held ? holder : null;
    }

    private void check(Answer answer) {
        String key = within(answer);
        Child holder = holder(key);
        assertThat(answer.run().isHit()).as("whether it is a hit: %s", answer).isEqualTo(holder != null);
        if (holder == null) {
            Instant now = test.clock().instant();
            Instant until = now.plus(Duration.ofMinutes(answer.wish().minutes()));
            assertThat(holders.values())
                    .as("children that were there before")
                    .extracting(Child::run)
                    .doesNotContain(answer.run().id());
            holders.put(
                    key,
                    new Child(
                            answer.run().id(),
                            until,
                            now.plus(CHILD_DELAY),
                            answer.wish().fails()));
        } else {
            assertThat(answer.run().id()).as("run of %s", answer).isEqualTo(holder.run());
        }
    }
}
