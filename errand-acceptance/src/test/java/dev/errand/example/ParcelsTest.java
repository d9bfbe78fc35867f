package dev.errand.example;

import static dev.errand.testkit.ErrandAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.RunFailedException;
import dev.errand.RunId;
import dev.errand.RunQuery;
import dev.errand.RunResult;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.testkit.TestErrand;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The examples of docs/children.md, so that what stands there compiles and holds. */
class ParcelsTest {
    record Parcel(int number) {}

    record Order(int number, List<Parcel> parcels) {}

    private final Set<Integer> refusing = ConcurrentHashMap.newKeySet();

    private final Task<Parcel, String> ship = Task.named("ship", Parcel.class, String.class)
            .retry(Retry.none())
            .run((parcel, run) -> {
                if (refusing.contains(parcel.number())) {
                    throw new IllegalStateException("too heavy");
                }
                return "label-" + parcel.number();
            });

    private final Task<Order, String> invoice =
            Task.named("invoice", Order.class, String.class).run((order, run) -> "invoice-" + order.number());

    private final Task<Order, String> mail =
            Task.named("mail", Order.class, String.class).run((order, run) -> "sent");

    private final Task<Order, String> fulfil = Task.named("fulfil", Order.class, String.class)
            .run((order, run) -> {
                run.trigger(mail, order); // once, and nobody waits for it
                String number = run.invoke(invoice, order); // its output, whenever that is there
                List<RunResult<String>> labels = run.invokeAll(ship, order.parcels()); // all at a time
                return number + " with "
                        + labels.stream().map(RunResult::unwrap).toList();
            });

    private final Task<Order, String> patient = Task.named("patient", Order.class, String.class)
            .run((order, run) -> {
                try {
                    return run.invoke(ship, order.parcels().getFirst());
                } catch (RunFailedException e) {
                    return e.run() + " failed: " + e.reason();
                }
            });

    private final Task<Order, Integer> fulfilAll = Task.named("fulfil-all", Order.class, Integer.class)
            .run((order, run) -> run.invokeAll(ship, order.parcels()).size());

    @AutoClose
    private final TestErrand test = TestErrand.open(ship, invoice, mail, fulfil, fulfilAll, patient);

    private final Order order = new Order(7, List.of(new Parcel(1), new Parcel(2)));

    @Test
    void theExampleWaitsForItsChildren() throws InterruptedException {
        Run<String> run = test.finish(test.errand().trigger(fulfil, order));
        assertThat(run).isCompleted().hasOutput("invoice-7 with [label-1, label-2]");
        test.runUntilIdle();
        assertThat(test.errand().runs(RunQuery.all().tasks("mail")).items()).hasSize(1);
    }

    @Test
    void theExampleHearsOfAChildThatFails() throws InterruptedException {
        refusing.add(1);
        assertThat(test.run(patient, order))
                .startsWith("run_")
                .endsWith("failed: java.lang.IllegalStateException: too heavy");
    }

    @Test
    void theTreeIsListed() throws InterruptedException {
        refusing.add(2);
        Errand errand = test.errand();
        RunId id = test.finish(errand.trigger(fulfilAll, order)).id();
        var triggered = errand.runs(RunQuery.all().parent(id)); // by its body
        var failed = errand.runs(RunQuery.all().parent(id).states(RunState.FAILED)); // and of that, what failed
        var below = errand.runs(RunQuery.all().root(id)); // all that is below it, however deep
        assertThat(triggered.items()).hasSize(2);
        assertThat(failed.items()).hasSize(1);
        assertThat(below.items()).hasSize(2);
    }
}
