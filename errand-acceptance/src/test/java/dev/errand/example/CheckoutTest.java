package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Step;
import dev.errand.StepFailedException;
import dev.errand.StepOptions;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/steps.md, so that what stands there compiles and holds. */
class CheckoutTest {
    record Order(int number, List<String> items) {}

    record Receipt(String id) {}

    private final List<String> done = new ArrayList<>();
    private final Map<String, IOException> troubles = new HashMap<>();
    private int failing;

    /** Has its trouble once. */
    private String act(String what) throws IOException {
        done.add(what);
        IOException trouble = troubles.remove(what);
        if (failing-- > 0) {
            trouble = new IOException("line is busy");
        }
        if (trouble != null) {
            throw trouble;
        }
        return what;
    }

    private final Task<Order, String> checkout = Task.named("checkout", Order.class, String.class)
            .retry(Retry.fixed(Duration.ofMinutes(1)))
            .run((order, run) -> {
                Receipt receipt = run.step("charge", Receipt.class, () -> charge(order));
                for (String item : order.items()) {
                    run.step("reserve", StepOptions.none().key(item), () -> reserve(item));
                }
                return run.step("ship", String.class, () -> ship(order, receipt));
            });

    private final Task<Order, String> transfer = Task.named("transfer", Order.class, String.class)
            .retry(Retry.fixed(Duration.ofMinutes(1)))
            .run((order, run) -> {
                StepOptions once = StepOptions.none().atMostOnce().retryOn(ConnectException.class);
                try {
                    return run.step("transfer", String.class, once, () -> transfer(order));
                } catch (StepFailedException e) {
                    return "to be looked at by a person: " + e.getMessage();
                }
            });

    private final Task<Order, Receipt> payment = Task.named("payment", Order.class, Receipt.class)
            .retry(Retry.none())
            .run((order, run) -> {
                StepOptions patient =
                        StepOptions.none().retry(Retry.exponential().attempts(5));
                return run.step("charge", Receipt.class, patient, () -> charge(order));
            });

    private final Task<Order, String> number = Task.named("number", Order.class, String.class)
            .retry(Retry.fixed(Duration.ofMinutes(1)))
            .run((order, run) -> {
                Instant placed = run.now();
                UUID number = run.newId();
                int sample = run.random().nextInt(100);
                return act(placed + " " + number + " " + sample);
            });

    private Receipt charge(Order order) throws IOException {
        return new Receipt(act("charge " + order.number()));
    }

    private void reserve(String item) throws IOException {
        act("reserve " + item);
    }

    private String ship(Order order, Receipt receipt) throws IOException {
        return act("ship " + order.number() + " for " + receipt.id());
    }

    private String transfer(Order order) throws IOException {
        return act("transfer " + order.number());
    }

    @AutoClose
    private final TestErrand test = TestErrand.open(checkout, transfer, payment, number);

    @Test
    void whatWasDoneIsNotDoneAgain() throws InterruptedException {
        Order order = new Order(7, List.of("piano", "stool"));
        troubles.put("ship 7 for charge 7", new IOException("line is busy"));

        Run<String> run = test.finish(test.errand().trigger(checkout, order));

        assertThat(run).isCompleted().hasAttempts(2).hasSteps("charge", "reserve", "reserve", "ship");
        assertThat(done)
                .containsExactly(
                        "charge 7", "reserve piano", "reserve stool", "ship 7 for charge 7", "ship 7 for charge 7");
        for (Step step : run.steps()) {
            assertThat(step.attempt()).isEqualTo(step.name().equals("ship") ? 2 : 1);
        }
    }

    @Test
    void aTransferWhoseEndIsUnknownIsNotRepeated() throws InterruptedException {
        troubles.put("transfer 7", new IOException("connection reset"));
        Run<String> run = test.finish(test.errand().trigger(transfer, new Order(7, List.of())));
        assertThat(run.await(Duration.ZERO)).startsWith("to be looked at").contains("connection reset");
        assertThat(done).containsExactly("transfer 7");
    }

    @Test
    void aTransferThatWasNotBegunIs() throws InterruptedException {
        troubles.put("transfer 7", new ConnectException("nobody there"));
        assertThat(test.run(transfer, new Order(7, List.of()))).isEqualTo("transfer 7");
        assertThat(done).containsExactly("transfer 7", "transfer 7");
    }

    @Test
    void aPaymentIsPatient() throws InterruptedException {
        failing = 4;
        Run<Receipt> run = test.finish(test.errand().trigger(payment, new Order(7, List.of())));
        assertThat(run).isCompleted().hasOutput(new Receipt("charge 7")).hasAttempts(1);
        assertThat(done).hasSize(5);
    }

    @Test
    void allAttemptsHaveTheSameNumbers() throws InterruptedException {
        failing = 1;
        Run<String> run = test.errand().trigger(number, new Order(7, List.of()));
        assertThat(test.finish(run)).isCompleted().hasAttempts(2).hasSteps("run.now", "run.seed");
        assertThat(done).hasSize(2);
        assertThat(done.getFirst()).isEqualTo(done.getLast());
    }
}
