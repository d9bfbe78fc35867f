package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.ErrorData;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.Retry;
import dev.errand.RetryAdvice;
import dev.errand.RetryDecision;
import dev.errand.Run;
import dev.errand.RunContext;
import dev.errand.RunFailedException;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TaskHooks;
import dev.errand.TriggerOptions;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The examples of docs/hooks.md and docs/retries.md, so that what stands there compiles and holds. */
class InvoiceTest {
    record Invoice(int number) {}

    private final List<String> alarms = new ArrayList<>();

    class Alarm implements TaskHooks<Invoice, String> {
        @Override
        public void onFailure(Invoice invoice, Throwable error, RunContext run) {
            alarms.add("invoice " + invoice.number() + ": " + error.getMessage());
        }
    }

    static class Tracing implements TaskHooks<@Nullable Object, @Nullable Object> {
        @Override
        public void middleware(@Nullable Object payload, RunContext run, Next next) {
            MDC.put("run", run.id().toString());
            next.proceed();
            MDC.remove("run");
        }
    }

    static class Unpaid implements TaskHooks<Invoice, String> {
        @Override
        public @Nullable RetryDecision catchError(Invoice invoice, FailedAttempt failed, RunContext run) {
            return failed.error() instanceof ArithmeticException
                    ? RetryDecision.abort().replacing(new IllegalArgumentException("no such invoice", failed.error()))
                    : null;
        }
    }

    static class Busy extends RuntimeException implements RetryAdvice {
        @Override
        public RetryDecision retryAdvice() {
            return RetryDecision.after(Duration.ofMinutes(2));
        }
    }

    static class Overdraft extends Exception implements ErrorData {
        private final int amount;

        Overdraft(int amount) {
            super("the account is short of " + amount);
            this.amount = amount;
        }

        @Override
        public Object data() {
            return Map.of("amount", amount);
        }
    }

    private void topUp(Map<?, ?> missing) {
        alarms.add("short of " + missing.get("amount"));
    }

    @Test
    void endsThatCallNoHookAreAnnounced() throws InterruptedException {
        Task<Invoice, String> send =
                Task.named("send", Invoice.class, String.class).run((invoice, run) -> "sent");
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();

        try (TestErrand test = TestErrand.open(send)) {
            test.errand().on(EventFilter.named(Event.STATE), event -> {
                if (event.isEnd() && event.to() != RunState.COMPLETED) {
                    ends.add(event.task() + " ended " + event.to());
                }
            });
            test.errand()
                    .trigger(send, new Invoice(7), TriggerOptions.none().after(Duration.ofHours(1)))
                    .cancel();
            assertThat(ends.poll(60, TimeUnit.SECONDS)).isEqualTo("send ended CANCELED");
        }
    }

    @Test
    void declaredErrorsReachWhoWaits() throws InterruptedException {
        Task<Invoice, String> pay = Task.named("pay", Invoice.class, String.class)
                .declares(Overdraft.class)
                .run((invoice, run) -> {
                    throw new Overdraft(5);
                });

        try (TestErrand test = TestErrand.open(pay)) {
            test.run(pay, new Invoice(7));
        } catch (RunFailedException e) {
            if (e.isOf(Overdraft.class)) {
                topUp(e.data(Map.class).orElseThrow());
            }
        }
        assertThat(alarms).containsExactly("short of 5");
    }

    @Test
    void hooksAreToldOfAFailure() throws InterruptedException {
        Task<Invoice, String> send = Task.named("send", Invoice.class, String.class)
                .hooks(new Alarm())
                .run((invoice, run) -> {
                    throw new IllegalStateException("no paper");
                });

        try (TestErrand test = TestErrand.open(engine -> engine.tasks(send).hooks(new Tracing()))) {
            Run<String> run = test.finish(test.errand().trigger(send, new Invoice(7)));
            assertThat(run).hasState(RunState.FAILED).hasAttempts(3);
        }
        assertThat(alarms).containsExactly("invoice 7: no paper");
    }

    @Test
    void aHookMayDecideAboutAnError() throws InterruptedException {
        Task<Invoice, String> divide = Task.named("divide", Invoice.class, String.class)
                .hooks(new Unpaid())
                .run((invoice, run) -> "" + 1 / invoice.number());

        try (TestErrand test = TestErrand.open(divide)) {
            Run<String> run = test.finish(test.errand().trigger(divide, new Invoice(0)));
            assertThat(run).hasState(RunState.FAILED).hasAttempts(1).hasFailureMessage("no such invoice");
        }
    }

    @Test
    void anErrorMayKnowWhatFollows() throws InterruptedException {
        Task<Invoice, String> print = Task.named("print", Invoice.class, String.class)
                .retry(Retry.fixed(Duration.ofSeconds(1)).unlimited())
                .run((invoice, run) -> {
                    if (run.attempt() == 1) {
                        throw new Busy();
                    }
                    return "printed";
                });

        try (TestErrand test = TestErrand.open(print)) {
            Run<String> run = test.errand().trigger(print, new Invoice(7));
            test.until(run, RunState.RETRYING);
            assertThat(run.info().dueAt()).isEqualTo(test.clock().instant().plusSeconds(120));
            assertThat(test.finish(run)).isCompleted().hasOutput("printed");
        }
    }
}
