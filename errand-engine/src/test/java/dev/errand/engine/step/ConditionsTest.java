package dev.errand.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Json;
import dev.errand.RunId;
import dev.errand.StoreException;
import dev.errand.Value;
import dev.errand.ValueInfo;
import dev.errand.engine.json.Codec;
import dev.errand.engine.value.Values;
import dev.errand.store.ValueStore;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Conditions whose values are in a store that may be away. */
class ConditionsTest {
    private final AtomicInteger failures = new AtomicInteger();
    private final RunId run = RunId.next(AttemptInMemory.NOW);
    private final ValueStore store = (ValueStore) Proxy.newProxyInstance(
            ValueStore.class.getClassLoader(), new Class<?>[] {ValueStore.class}, (proxy, method, arguments) -> {
                if (failures.getAndDecrement() > 0) {
                    throw new StoreException("away");
                }
                return Optional.of(new ValueInfo("balance", 3, new Json("11"), AttemptInMemory.NOW));
            });

    @AutoClose
    private final StepsInMemory kept = new StepsInMemory();

    @AutoClose
    private final Values values = new Values(store, new Codec(), () -> {});

    private final Value<Integer> balance = values.value("balance", Integer.class);
    private final AttemptInMemory attempt = new AttemptInMemory(run, kept);
    private final Conditions conditions =
            new Conditions(run, attempt.journal, attempt.waits, new Codec(), 1_000, values);

    private int rich() throws InterruptedException {
        return conditions.<Integer, InterruptedException>until("rich", Integer.class, balance::get);
    }

    @Test
    void whatAConditionReadsIsAskedForUntilTheStoreAnswers() throws InterruptedException {
        failures.set(2);
        assertThat(rich()).isEqualTo(11);
        assertThat(kept.keys()).containsExactly("until:rich#1");
    }

    @Test
    void whoReadsOutsideOfOneIsToldAtOnceThatItIsAway() {
        failures.set(1);
        assertThatThrownBy(balance::get).isInstanceOf(StoreException.class);
        assertThat(balance.get()).contains(11);
    }

    @Test
    void whoCaughtThatTheStoreIsAwayAsksForTheSameAgain() throws InterruptedException {
        failures.set(1);
        assertThatThrownBy(() -> conditions.<Integer, InterruptedException>until("rich", Integer.class, () -> {
                    Thread.currentThread().interrupt(); // ends its patience
                    return balance.get();
                }))
                .isInstanceOf(StoreException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(rich()).isEqualTo(11);
        assertThat(kept.keys()).containsExactly("until:rich#1");
    }
}
