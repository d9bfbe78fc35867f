package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Branch;
import dev.errand.BranchResults;
import dev.errand.Run;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.Token;
import dev.errand.TokenId;
import dev.errand.TypeRef;
import dev.errand.testkit.TestErrand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/parallel.md, so that what stands there compiles and holds. */
class ChecksTest {
    record Order(int number, List<String> items) {}

    record Verdict(boolean good) {}

    private final List<TokenId> asked = new CopyOnWriteArrayList<>();

    private Verdict rate(Order order) {
        return new Verdict(order.number() > 0);
    }

    private int stock(Order order) {
        return order.items().size();
    }

    private String label(String item) {
        return "label of " + item;
    }

    private void mail(TokenId token) {
        asked.add(token);
    }

    private final Task<Order, String> check = Task.named("check", Order.class, String.class)
            .run((order, run) -> {
                Branch<Verdict> fraud = Branch.of("fraud", Verdict.class, () -> {
                    run.sleep("so as not to be rash", Duration.ofMinutes(5));
                    return run.step("rate", Verdict.class, () -> rate(order));
                });
                Branch<Integer> stock = Branch.of("stock", Integer.class, () -> stock(order));
                BranchResults checks = run.parallel("checks", fraud, stock);
                return checks.of(fraud).good() ? checks.of(stock) + " to be sent" : "refused";
            });

    private final Task<Order, List<String>> pack = Task.named(
                    "pack", new TypeRef<Order>() {}, new TypeRef<List<String>>() {})
            .run((order, run) -> run.parallel(
                    "labels",
                    order.items().stream()
                            .map(item -> Branch.of(item, String.class, () -> label(item)))
                            .toList()));

    private final Task<Order, String> ask = Task.named("ask", Order.class, String.class)
            .run((order, run) -> {
                Branch<String> answer = Branch.of("answer", String.class, () -> {
                    Token<String> token = run.token("answer", String.class, Duration.ofDays(7));
                    run.step("mail", () -> mail(token.id()));
                    return run.await(token).unwrap();
                });
                Branch<?> late = Branch.of("late", () -> run.sleep("patience", Duration.ofDays(1)));
                return run.anyOf("decision", answer, late)
                        .of(answer)
                        .map(said -> "they said " + said)
                        .orElse("nobody answered");
            });

    @AutoClose
    private final TestErrand test = TestErrand.open(check, pack, ask);

    @Test
    void theExampleMakesBothChecks() throws InterruptedException {
        assertThat(test.run(check, new Order(7, List.of("piano")))).isEqualTo("1 to be sent");
    }

    @Test
    void theExampleHasABranchForEachItem() throws InterruptedException {
        assertThat(test.run(pack, new Order(7, List.of("piano", "stool"))))
                .containsExactly("label of piano", "label of stool");
    }

    @Test
    void theExampleWaitsForAnAnswerOrForADay() throws InterruptedException {
        assertThat(test.run(ask, new Order(7, List.of()))).isEqualTo("nobody answered");
        Run<String> run = test.errand().trigger(ask, new Order(8, List.of()));
        test.until(run, RunState.WAITING);
        test.errand().tokens().complete(asked.getLast(), "yes");
        assertThat(test.finish(run)).isCompleted().hasOutput("they said yes");
    }
}
