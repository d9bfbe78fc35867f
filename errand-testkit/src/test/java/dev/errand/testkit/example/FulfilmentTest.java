package dev.errand.testkit.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.TokenResult;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/tokens.md, so that what stands there compiles and holds. */
class FulfilmentTest {
    record Order(int number, int cents) {}

    record Approval(String by) {}

    private final List<String> done = new CopyOnWriteArrayList<>();
    private volatile @Nullable TokenId asked;

    private String charge(Order order) {
        done.add("charge " + order.number());
        return "payment-" + order.number();
    }

    private void ask(Order order, TokenId token) {
        done.add("ask about " + order.number());
        asked = token;
    }

    private void refund(String payment) {
        done.add("refund " + payment);
    }

    private final Task<Order, String> ship = Task.named("ship", Order.class, String.class)
            .run((order, run) -> {
                done.add("ship " + order.number());
                return "parcel-" + order.number();
            });

    private final Task<Order, String> fulfil = Task.named("fulfil", Order.class, String.class)
            .run((order, run) -> {
                String payment = run.step("pay", String.class, () -> charge(order));
                Token<Approval> approval = run.token("approval", Approval.class, Duration.ofHours(8));
                run.step("ask", () -> ask(order, approval.id())); // by mail, with a link that has the id
                switch (run.await(approval)) { // no thread, no slot, for hours
                    case TokenResult.Completed<Approval> given ->
                        run.log().info("approved by {}", given.value().by());
                    case TokenResult.Failed<Approval> denied -> {
                        run.step("refund", () -> refund(payment));
                        return "denied: " + denied.error();
                    }
                    case TokenResult.TimedOut<Approval> late -> {
                        run.step("refund", () -> refund(payment));
                        return "nobody answered";
                    }
                }
                String parcel = run.invoke(ship, order); // a child
                return "receipt for " + payment + " and " + parcel;
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(fulfil, ship);

    private Run<String> asked() throws InterruptedException {
        Run<String> run = test.errand().trigger(fulfil, new Order(7, 1_999));
        test.until(run, RunState.WAITING);
        return run;
    }

    private TokenId token() {
        return Objects.requireNonNull(asked);
    }

    @Test
    void theExampleGoesOnWhenItIsApproved() throws InterruptedException {
        Run<String> run = asked();
        test.errand().tokens().complete(token(), new Approval("Ada"));
        assertThat(test.finish(run))
                .isCompleted()
                .hasOutput("receipt for payment-7 and parcel-7")
                .hasSteps("pay", "approval", "ask", "approval", "ship");
        assertThat(done).containsExactly("charge 7", "ask about 7", "ship 7");
    }

    @Test
    void theExampleRefundsWhatWasDenied() throws InterruptedException {
        Run<String> run = asked();
        test.errand().tokens().fail(token(), "too dear");
        assertThat(test.finish(run)).isCompleted().hasOutput("denied: too dear");
        assertThat(done).containsExactly("charge 7", "ask about 7", "refund payment-7");
    }

    @Test
    void theExampleRefundsWhenNobodyAnswers() throws InterruptedException {
        Run<String> run = asked();
        assertThat(test.finish(run)).isCompleted().hasOutput("nobody answered");
        assertThat(done).containsExactly("charge 7", "ask about 7", "refund payment-7");
    }
}
