package dev.errand.acceptance;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.TriggerOptions;
import dev.errand.UntilCondition;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Conditions that bodies cannot wait for. */
class UntilRefusedTest extends Conditions {
    @Test
    void aConditionThatNothingWouldWakeIsRefused() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        try (TestErrand other = TestStore.open()) {
            Run<Object> run = test.finish(trigger(context -> {
                refused.add(refusal(() -> context.until("hopeless", () -> false)));
                refused.add(refusal(() -> context.until("in a thread", () -> {
                    Thread.ofVirtual().start(this::moreThanTen).join();
                    return false;
                })));
                refused.add(refusal(() -> context.until(
                        "elsewhere",
                        () -> other.errand()
                                        .value("balance", Integer.class)
                                        .get()
                                        .isPresent()
                                && moreThanTen().isPresent())));
                context.until("holds", () -> true);
                return "";
            }));
            assertThat(run).isCompleted().hasSteps("holds");
        }
        assertThat(refused.get(0))
                .contains("Condition 'hopeless'", "does not hold and has read no value", "nothing would ever wake");
        assertThat(refused.get(1))
                .contains("Condition 'in a thread'", "has read no value", "on the thread of the body");
        assertThat(refused.get(2)).contains("Condition 'elsewhere'", "of another engine", "run.value");
    }

    @Test
    void aConditionOnlyReads() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(context -> {
            for (UntilCondition<Exception> does : List.<UntilCondition<Exception>>of(
                    () -> {
                        balance.set(11);
                        return true;
                    },
                    balance::remove,
                    () -> balance.update(now -> 11).isPresent(),
                    () -> {
                        context.step("S", () -> {});
                        return true;
                    },
                    () -> {
                        context.sleep("nap", Duration.ofHours(1));
                        return true;
                    },
                    () -> {
                        context.until("inner", () -> true);
                        return true;
                    },
                    () -> {
                        context.emit("look");
                        return true;
                    },
                    () -> {
                        context.raise("look", null);
                        return true;
                    },
                    () -> {
                        context.metadata().increment("looks", 1);
                        return true;
                    },
                    () -> {
                        context.trigger("task", "", TriggerOptions.none());
                        return true;
                    })) {
                refused.add(refusal(() -> context.until("does", does)));
            }
            return "";
        }));
        assertThat(run).isCompleted().hasSteps();
        assertThat(run.emitted()).isEmpty();
        assertThat(test.errand().runs(RunQuery.all()).items()).hasSize(1);
        assertThat(refused.subList(0, 3))
                .allSatisfy(why -> assertThat(why).contains("Value 'balance' was not changed", "only reads"));
        assertThat(refused.subList(3, 6)).allSatisfy(why -> assertThat(why).contains("inside step 'does'"));
        assertThat(refused.subList(6, 10)).allSatisfy(why -> assertThat(why).contains("only reads"));
        assertThat(balance.get()).isEmpty();
    }

    @Test
    void onlyTheBodyItselfWaits() throws InterruptedException {
        List<String> refused = new CopyOnWriteArrayList<>();
        Run<Object> run = test.finish(trigger(context -> {
            context.step("S", () -> refused.add(refusal(() -> untilMoreThanTen(context))));
            context.lock("L").run(() -> refused.add(refusal(() -> untilMoreThanTen(context))));
            Thread.ofVirtual()
                    .start(() -> refused.add(refusal(() -> untilMoreThanTen(context))))
                    .join();
            refused.add(refusal(() -> context.until(" ", () -> true)));
            return "";
        }));
        assertThat(run).isCompleted().hasSteps("S");
        assertThat(refused.get(0)).contains("Condition 'rich' was not waited for", "inside step 'S'");
        assertThat(refused.get(1)).contains("Condition 'rich' was not waited for", "holds a lock");
        assertThat(refused.get(2)).contains("Condition 'rich' was not waited for", "only the thread");
        assertThat(refused.get(3)).contains("1 to 256 characters");
        assertThat(looks).hasValue(0);
    }
}
