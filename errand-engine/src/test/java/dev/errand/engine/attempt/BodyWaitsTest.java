package dev.errand.engine.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errand.Task;
import dev.errand.TaskOptions;
import dev.errand.engine.step.Journal;
import dev.errand.engine.step.Steps;
import dev.errand.engine.step.Suspension;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a body waits for, asked for by several threads. */
class BodyWaitsTest {
    private final Scope scope = (Scope) Proxy.newProxyInstance(
            Scope.class.getClassLoader(), new Class<?>[] {Scope.class}, (proxy, method, arguments) -> null);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);

    /** As the body's context has it, for whose lock it may have to wait. */
    private Journal journal() {
        asked.countDown();
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("there is none");
    }

    private Steps steps() {
        throw new IllegalStateException("there are none");
    }

    @Test
    void whoAsksWhetherTheBodyWaitsDoesNotWaitForItsJournal() throws Exception {
        TaskOptions options =
                Task.named("waits", String.class).run((payload, run) -> {}).options();
        BodyWaits waits = new BodyWaits(scope, options, this::journal, this::steps, new AroundWaits(scope, false));
        CompletableFuture<Void> body = CompletableFuture.runAsync(waits::waits, Thread::startVirtualThread);
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Suspension> other =
                CompletableFuture.supplyAsync(waits::suspension, Thread::startVirtualThread);
        assertThat(other.get(60, TimeUnit.SECONDS)).isNull();
        answered.countDown();
        assertThatThrownBy(body::join).hasCauseInstanceOf(IllegalStateException.class);
    }
}
