package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.TokenId;
import dev.errand.example.Fulfilment.Approval;
import dev.errand.testkit.TestErrand;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/tokens.md, so that what stands there compiles and holds. */
class FulfilmentTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final Fulfilment fulfilment = new Fulfilment(done::add);

    @AutoClose
    private final TestErrand test = TestErrand.open(fulfilment.fulfil, fulfilment.ship);

    private Run<String> asked() throws InterruptedException {
        Run<String> run = test.errand().trigger(fulfilment.fulfil, new Fulfilment.Order(7, 1_999));
        test.until(run, RunState.WAITING);
        return run;
    }

    private TokenId token() {
        return Objects.requireNonNull(fulfilment.asked());
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
