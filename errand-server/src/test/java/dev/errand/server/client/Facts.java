package dev.errand.server.client;

import dev.errand.Errand;
import dev.errand.Json;
import dev.errand.Retry;
import dev.errand.Run;
import dev.errand.Task;
import dev.errand.TaskQueue;
import dev.errand.TriggerOptions;
import dev.errand.server.TestServer;
import java.time.Duration;
import java.util.List;

/** What holds of an {@link Errand}, be it the engine itself or a client of its server. */
abstract class Facts {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    record Order(String item, int count) {}

    record Receipt(String text, List<Integer> parts) {}

    static final Task<Order, Receipt> BUY = Task.named("buy", Order.class, Receipt.class)
            .run((order, run) -> {
                run.log().info("buying");
                run.emit(order.count());
                run.publish("item", order.item());
                int doubled = run.step("double", Integer.class, () -> 2 * order.count());
                return new Receipt(order.item(), List.of(order.count(), doubled));
            });
    static final Task<Json, Json> FAIL = Task.named("fail", Json.class, Json.class)
            .retry(Retry.none())
            .run((payload, run) -> {
                throw new IllegalStateException("no luck");
            });
    static final Task<Json, String> LISTEN =
            Task.named("listen", Json.class, String.class).run((payload, run) -> run.receive("word", String.class));
    static final Task<Json, Json> FULL = Task.named("full", Json.class, Json.class)
            .queue(TaskQueue.named("full").maxPending(0))
            .run((payload, run) -> payload);

    static TestServer server() {
        return TestServer.open(BUY, FAIL, LISTEN, FULL);
    }

    abstract Errand errand();

    final Run<Receipt> bought(int count) throws InterruptedException {
        Run<Receipt> run = errand().trigger(BUY, new Order("nail", count));
        run.await(PATIENCE);
        return run;
    }

    final Run<Receipt> delayed(TriggerOptions options) {
        return errand().trigger(BUY, new Order("nail", 1), options.after(Duration.ofHours(1)));
    }
}
