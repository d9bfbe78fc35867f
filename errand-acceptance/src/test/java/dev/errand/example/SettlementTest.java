package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/waits.md, so that what stands there compiles and holds. */
class SettlementTest {
    record Order(int number) {}

    record Authorization(String id) {}

    private final List<String> done = new ArrayList<>();

    private Authorization authorize(Order order) {
        done.add("authorize " + order.number());
        return new Authorization("a-" + order.number());
    }

    private String capture(Authorization authorization) {
        done.add("capture " + authorization.id());
        return "captured";
    }

    private final Task<Order, String> settle = Task.named("settle", Order.class, String.class)
            .run((order, run) -> {
                Authorization authorization = run.step("authorize", Authorization.class, () -> authorize(order));
                run.sleep("settlement", Duration.ofDays(2)); // no thread, no slot, survives anything
                return run.step("capture", String.class, () -> capture(authorization));
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(settle);

    @Test
    void theExampleWaitsTwoDays() throws InterruptedException {
        Run<String> run = test.errand().trigger(settle, new Order(7));
        test.until(run, RunState.WAITING);
        test.advance(Duration.ofDays(2));
        assertThat(test.finish(run)).isCompleted().hasOutput("captured").hasSteps("authorize", "settlement", "capture");
        assertThat(done).containsExactly("authorize 7", "capture a-7");
    }
}
